import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.metrics.scores import Gap, Metric
from harness.reporting.cells import Cell, Group, show
from harness.reporting.content import Content
from harness.reporting.published import Published
from harness.reporting.ranking import ranking
from harness.reporting.tables import attribute_grid, grid, headings, legend, notes, statement

EMPTY = Cell("\N{EN DASH}")
ERROR = Metric("error", "Error", higher_is_better=False, percent=False)
FPS = Metric("fps", "FPS", percent=False)


def test_rows_are_best_first_and_the_best_complete_number_is_marked(mixed):
    contents = grid(Content.of("t", [mixed]))
    assert contents.groups == (Group("otb100", ("Sequences", "AUC", "FPS")),)
    assert contents.rows == (
        ("new", (Cell("1/2"), Cell("87.5"), Cell("25"))),
        ("a_b$%", (Cell("2/2"), Cell("62.5", "best"), EMPTY)),
        ("kcf", (Cell("2/2"), Cell("37.5", "second"), Cell("160"))),
    )


def legend_of(*tables, compare=False):
    content = Content.of("t", tables, compare=compare)
    return legend(content, grid(content), "* best")


def test_the_legend_says_who_was_compared(mixed, other):
    assert legend_of(mixed) == ["* best among the most complete"]
    assert legend_of(other) == ["* best"]
    told = "≈ not told from a_b$%: the 95 % bootstrap interval of the mean difference holds 0 or is none"
    assert legend_of(mixed, compare=True) == ["* best among the most complete", told]


def test_who_cannot_be_told_from_the_best_is_marked_where_they_were_compared(mixed):
    contents = grid(Content.of("t", [mixed], compare=True))
    marked = {(name, place) for name, row in contents.rows for place, cell in enumerate(row) if cell.alike}
    assert marked == {("new", 1), ("kcf", 1)}


def test_published_numbers_stand_below_and_compete_with_nobody(mixed):
    published = Published("SiamX", "siamx", "otb100", "auc", 0.99, "SiamX (ICRA 2022)", "Table I")
    elsewhere = Published("SiamX", "siamx", "lasot", "auc", 0.5, "SiamX (ICRA 2022)", "Table I")
    contents = grid(Content.of("t", [mixed], compare=True, published=(published, elsewhere)))
    assert contents.rows[-1] == ("SiamX (published, ICRA 2022)", (EMPTY, Cell("99.0"), EMPTY))
    assert contents.rows[:-1] == grid(Content.of("t", [mixed], compare=True)).rows


def test_scores_by_attribute(challenged, mixed):
    contents = attribute_grid(challenged)
    assert contents.groups == (Group("AUC", ("FM (2)", "OCC (2)", "SV (2)")),)
    assert contents.rows[0] == ("a", (Cell("50.0", "second"), Cell("25.0", "best"), Cell("75.0", "best")))
    assert attribute_grid(mixed) is None


def test_sequences_are_a_column_only_where_some_are_missing(other):
    assert grid(Content.of("t", [other])).columns == ("AUC", "FPS")


def test_equal_as_printed_share_a_mark(table):
    values = {"a": [0.7001, 9], "b": [0.7004, 8], "c": [0.5, 7], "d": [0.5, 6]}
    ties = grid(Content.of("t", [table({name: {"x": row} for name, row in values.items()}, expected=1)]))
    assert [(name, row[0]) for name, row in ties.rows] == [
        ("b", Cell("70.0", "best")),
        ("a", Cell("70.0", "best")),
        ("c", Cell("50.0", "second")),
        ("d", Cell("50.0", "second")),
    ]


def test_lower_may_be_better(table):
    low = table({"a": {"x": [3]}, "b": {"x": [0.5]}, "c": {"x": [2]}}, metrics=(ERROR,), expected=1)
    assert grid(Content.of("t", [low])).rows == (
        ("b", (Cell("0.50", "best"),)),
        ("c", (Cell("2.00", "second"),)),
        ("a", (Cell("3.00"),)),
    )


def test_nan_is_last_whichever_way_is_better(table):
    rows = {"none": {"x": [math.nan]}, "some": {"x": [0.5]}}
    for metric in (ERROR, FPS):
        assert ranking([table(rows, metrics=(metric,), expected=1)]) == ["some", "none"]


def test_one_tracker_has_nobody_to_beat(table):
    alone = table({"a": {"x": [0.5, 9]}}, expected=1)
    assert grid(Content.of("t", [alone])).rows == (("a", (Cell("50.0"), Cell("9.00"))),)
    assert legend_of(alone) == []


def test_no_tracker_is_an_empty_table(table):
    assert grid(Content.of("t", [table({})])).rows == ()


def test_several_datasets_stand_side_by_side(mixed, other):
    contents = grid(Content.of("t", [other, mixed]))
    assert contents.groups == (Group("lasot", ("AUC", "FPS")), Group("otb100", ("Sequences", "AUC", "FPS")))
    assert [name for name, _ in contents.rows] == ["kcf", "a_b$%", "new"]
    assert dict(contents.rows)["new"] == (EMPTY, EMPTY, Cell("1/2"), Cell("87.5"), Cell("25"))


def test_a_dataset_twice_is_told_apart_by_protocol_and_rule(mixed, other, table):
    legacy = table({}, rule="compat.pysot@1")
    assert headings([mixed, other, legacy]) == [
        "otb100 one_pass otb.official@1",
        "lasot",
        "otb100 one_pass compat.pysot@1",
    ]


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1) | st.just(math.nan), min_size=1))
def test_what_is_printed_does_not_depend_on_the_order_of_rows(table, scores):
    rows = {name: {"x": [value, 1]} for name, value in scores.items()}
    backwards = dict(reversed(rows.items()))
    one, two = (grid(Content.of("t", [table(values, expected=1)])) for values in (rows, backwards))
    assert one == two


@pytest.mark.parametrize(
    ("values", "expected"),
    [([120.4, 7.25], ["120", "7"]), ([45.26, 7], ["45.3", "7.0"]), ([0.3791, 0.02], ["0.379", "0.020"])],
)
def test_what_is_no_percentage_has_three_digits_for_the_largest(values, expected):
    assert show(FPS, values) == expected


def test_signs():
    assert show(Metric("auc", "AUC"), [0.012, -0.3, math.nan], sign="+") == ["+1.2", "-30.0", EMPTY.text]


def test_notes_give_each_reason_once(mixed, other):
    assert notes([mixed]) == ["new: no result (Box)", "a_b$%: fps: never run alone on its machine"]
    assert notes([other, mixed])[0] == "lasot, new: no result"


def test_notes_shorten_long_lists(table):
    missing = [Gap("a", f"s{i}", "no result") for i in range(9)]
    odd = [Gap("a", f"t{i}", f"failed: {i}") for i in range(9)]
    untimed = [Gap(name, "", "fps: never run alone") for name in "ab"]
    full = table({"a": {}, "b": {}}, gaps=(*untimed, *missing, *odd))
    assert notes([full]) == [
        "a, b: fps: never run alone",
        "a: no result (s0, s1, s2 and 6 more)",
        "a: failed: 0 (t0)",
        "a: failed: 1 (t1)",
        "a: failed: 2 (t2)",
        "a: and 6 more reasons",
    ]


def test_a_statement_says_what_the_numbers_are(mixed):
    assert statement(mixed) == "otb100: 2 sequences, protocol one_pass, rule otb.official@1"
