from harness.reporting.content import Content
from harness.reporting.terminal import render_terminal


def test_one_table(mixed):
    assert render_terminal(Content.of("t", [mixed], compare=True)).splitlines() == [
        "otb100: 2 sequences, protocol one_pass, rule otb.official@1",
        "─" * 32,
        "Tracker  Sequences    AUC   FPS",
        "─" * 32,
        "new            1/2   87.5\N{ALMOST EQUAL TO}   25",
        "a_b$%          2/2   62.5*    \N{EN DASH}",
        "kcf            2/2   37.5\N{ALMOST EQUAL TO}  160",
        "─" * 32,
        "* best among the most complete",
        "≈ not told from a_b$%: the 95 % bootstrap interval of the mean difference holds 0 or is none",
        "new: no result (Box)",
        "a_b$%: fps: never run alone on its machine",
        "",
        "Against the best, a_b$%",
        "─" * 80,
        "Tracker  AUC difference   95 % interval       p   Won   Tied   Lost   Sequences",
        "─" * 80,
        "new             +12.5 \N{ALMOST EQUAL TO}               \N{EN DASH}   1.000     1      0      0         1/2",
        "kcf             -25.0 \N{ALMOST EQUAL TO}   -50.0 to +0.0   1.000     0      1      1         2/2",
        "─" * 80,
    ]


def test_wide_letters_count_two(table):
    lines = render_terminal(
        Content.of("t", [table({"跟踪": {"x": [0.5, 1]}, "abcdefghi": {"x": [0.25, 1]}}, expected=1)])
    ).splitlines()
    assert lines[4:6] == ["跟踪       50.0*  1.00*", "abcdefghi  25.0   1.00*"]


def test_several_tables_stand_below_each_other(mixed, other):
    text = render_terminal(Content.of("t", [mixed, other]))
    assert text.index("otb100: 2") < text.index("\n\nlasot: 1")
    assert "Against" not in text
    assert not text.endswith("\n")


def test_no_tracker(table):
    assert render_terminal(Content.of("t", [table({})], compare=True)).splitlines()[2] == "Tracker  AUC   FPS"
