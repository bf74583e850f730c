from harness.reporting.terminal import render_terminal


def test_one_table(mixed):
    assert render_terminal([mixed], compare=True).splitlines() == [
        "otb100: 2 sequences, protocol one_pass, rule otb.official@1",
        "─" * 32,
        "Tracker  Sequences    AUC   FPS",
        "─" * 32,
        "new            1/2   87.5    25",
        "a_b$%          2/2   62.5*    \N{EN DASH}",
        "kcf            2/2   37.5   160",
        "─" * 32,
        "* best among the most complete",
        "new: no result (Box)",
        "a_b$%: fps: never run alone on its machine",
        "",
        "Against the best, a_b$%",
        "─" * 56,
        "Tracker  AUC difference   Won   Tied   Lost   Sequences",
        "─" * 56,
        "new               +12.5     1      0      0         1/2",
        "kcf               -25.0     0      1      1         2/2",
        "─" * 56,
    ]


def test_wide_letters_count_two(table):
    lines = render_terminal([table({"跟踪": {"x": [0.5, 1]}, "abcdefghi": {"x": [0.25, 1]}}, expected=1)]).splitlines()
    assert lines[4:6] == ["跟踪       50.0*  1.00*", "abcdefghi  25.0   1.00*"]


def test_several_tables_stand_below_each_other(mixed, other):
    text = render_terminal([mixed, other])
    assert text.index("otb100: 2") < text.index("\n\nlasot: 1")
    assert "Against" not in text
    assert not text.endswith("\n")


def test_no_tracker(table):
    assert render_terminal([table({})], compare=True).splitlines()[2] == "Tracker  AUC   FPS"
