"""The figures beside the curves: gains, attributes, points."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from harness.metrics.scores import Metric
from harness.reporting.compare import against_best
from harness.reporting.content import Content
from harness.reporting.figures.chosen import figures
from harness.reporting.figures.gains import gain_figure, gains
from harness.reporting.figures.points import Point, point_entry, point_figure, scatters
from harness.reporting.figures.radar import radar_figure, spokes
from harness.reporting.published import Published

AO = Metric("ao", "AO")
ODD = ("a_b$%", "$x^2$", "跟踪")


def decode(content: bytes) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert image is not None
    return image


def coloured(image: np.ndarray, colour: str) -> int:
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((image == wanted).all(2).sum())


def test_gains_are_sorted_and_of_the_sequences_both_have(table):
    values = {"a": {"x": [0.5, 1], "y": [0.75, 1], "z": [0.5, 1]}, "b": {"x": [0.625, 1], "y": [0.25, 1]}}
    full = table(values, expected=3)
    names, found = gains(full, against_best(full))
    assert (names, found.tolist()) == (["y", "x"], [0.5, -0.125])
    image = decode(gain_figure(full, against_best(full), ["png"])["png"])
    assert coloured(image, "#0072B2") > coloured(image, "#D55E00") > 100


@pytest.mark.parametrize("count", [1, 41, 280])
def test_gains_of_any_number_of_sequences(table, count):
    values = {name: {f"_{i}": [i / 300 * f, 1] for i in range(count)} for name, f in (("a", 1), ("b", 0.9))}
    full = table(values, expected=count)
    assert decode(gain_figure(full, against_best(full), ["png"])["png"]).shape[1] > 1000


def test_a_radar_needs_three_spokes(challenged, mixed):
    assert spokes(challenged) == ["FM", "OCC", "SV"]
    assert spokes(replace(challenged, attributes=challenged.attributes.drop(index="SV", level="attribute"))) == []
    assert spokes(mixed) == []
    image = decode(radar_figure(challenged, ["a", "b"], ["png"])["png"])
    assert min(coloured(image, colour) for colour in ("#D55E00", "#0072B2")) > 100


def test_speed_against_the_score(mixed):
    (speed,) = scatters(Content.of("t", [mixed]))
    assert speed.name == "speed"
    assert speed.points == (Point("new", 25, 0.875), Point("kcf", 160, 0.375))  # the third was never timed
    image = decode(point_figure(mixed, speed, ["new", "a_b$%", "kcf"], ["png"])["png"])
    assert coloured(image, "#D55E00") > 20
    assert coloured(image, "#0072B2") == 0


def test_a_point_says_on_how_many_sequences_it_stands(table):
    ours = table({"kcf": {"x": [0.25], "y": [0.75]}, "static": {"x": [0.25]}}, metrics=(AO,), expected=2)
    assert point_entry(ours, Point("kcf", 30.7132, 0.5)) == "kcf [0.500 at 30.7]"
    assert point_entry(ours, Point("static", 159537.4, 0.25)) == "static [0.250 at 159537] 1/2"
    assert point_entry(ours, Point("ATOM", 9, 0.5, 3.25, published=True)) == "ATOM [0.500 at 9, 3.25 GMACs]"


def test_size_against_the_score_where_papers_print_it(table):
    ours = table({"sbt_light": {"x": [0.5]}, "kcf": {"x": [0.2]}}, dataset="got10k", metrics=(AO,), expected=1)
    papers = (
        Published("SBT-base", "sbt_base", "got10k", "ao", 0.699, "CA (CVPR 2022)", "Table 2"),
        Published("ATOM", "", "got10k", "ao", 0.556, "CA (CVPR 2022)", "Table 3"),
    )
    (size,) = scatters(Content.of("t", [ours], published=papers))
    assert size.points == (
        Point("sbt_light", 3.03, 0.5, 3.81),
        Point("SBT-base (published, CVPR 2022)", 21.27, 0.699, 19.27, published=True),
    )
    assert decode(point_figure(ours, size, ["sbt_light", "kcf"], ["png"])["png"]).shape[1] > 600


def test_a_figure_needs_a_point_of_ours(table):
    ours = table({"kcf": {"x": [0.2]}}, dataset="got10k", metrics=(AO,), expected=1)
    papers = (Published("SBT-base", "sbt_base", "got10k", "ao", 0.699, "CA (CVPR 2022)", "Table 2"),)
    assert scatters(Content.of("t", [ours], published=papers)) == []
    assert scatters(Content.of("t", [table({}, metrics=())])) == []


def test_which_figures_a_table_gets(challenged, mixed, table):
    def names(*tables, **asked):
        return [name for name, _ in figures(Content.of("t", tables, **asked), list("ab"), ["pdf"])]

    assert names(challenged, compare=True, attributes=True) == ["success", "gains", "attributes", "speed"]
    assert names(challenged) == ["success", "speed"]
    odd = table({name: {"x": [0.5, 1]} for name in ODD}, expected=1)
    assert [name for name, _ in figures(Content.of("t", [odd], compare=True), ODD, ["png"])] == ["success", "speed"]
