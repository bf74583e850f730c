from dataclasses import replace
from pathlib import Path

import numpy as np

from harness.core.regions import Mask
from harness.datasets.synthetic.compose import Recipe, compose
from harness.datasets.synthetic.layouts.vot import rotated_boxes
from harness.datasets.synthetic.layouts.write import make
from harness.datasets.synthetic.motion import polygons
from harness.datasets.synthetic.render import areas, visible_masks

HIDDEN = Recipe(length=20, size=(96, 64), attributes=("FOC", "SV"))


def rows(file: Path) -> list[list[float]]:
    return [[float(word) for word in line.split(",")] for line in file.read_text().splitlines()]


def test_vot2019_has_corners_tags_and_facts(tmp_path: Path) -> None:
    hidden, growing = made = make("vot2019", tmp_path / "V", 2, HIDDEN)
    assert [scene.name for scene in made] == (tmp_path / "V/list.txt").read_text().split() == ["agility", "ants1"]
    for scene in made:
        home = tmp_path / "V" / scene.name
        assert sorted(path.name for path in (home / "color").iterdir()) == [f"{n:08d}.jpg" for n in range(1, 21)]
        np.testing.assert_allclose(rows(home / "groundtruth.txt"), rotated_boxes(scene.target, 20), atol=6e-3)
        facts = dict(line.split("=") for line in (home / "sequence").read_text().splitlines())
        assert (facts["name"], facts["width"], facts["height"]) == (scene.name, "96", "64")
        _, inside, seen = areas(scene).T
        occlusion = np.ravel(rows(home / "occlusion.tag"))
        np.testing.assert_array_equal(np.pad(occlusion, (0, 20 - len(occlusion))), seen < inside)
        assert np.all(rows(home / "size_change.tag")) == ("SV" in scene.attributes)
        assert not (home / "anchor.value").exists()
    assert len(rows(tmp_path / "V" / hidden.name / "occlusion.tag")) < 20
    assert "FOC" in hidden.attributes and "SV" in growing.attributes


def test_a_rotated_box_is_a_tight_rectangle() -> None:
    (scene,) = compose(Recipe(length=40, size=(96, 64), attributes=("IPR",)), 0)
    corners = polygons(scene.target, scene.length)
    boxes = rotated_boxes(scene.target, scene.length).reshape(-1, 4, 2)
    first, second = boxes[:, 1] - boxes[:, 0], boxes[:, 2] - boxes[:, 1]
    np.testing.assert_allclose((first * second).sum(1), 0, atol=1e-9)
    np.testing.assert_allclose(boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3])
    slopes = np.degrees(np.arctan2(first[:, 1], first[:, 0]))
    assert np.ptp(slopes) > 90
    for side, start in (first, boxes[:, 0]), (second, boxes[:, 1]):
        along = ((corners - start[:, None]) * side[:, None]).sum(2) / (side * side).sum(1)[:, None]
        np.testing.assert_allclose(along.min(1), 0, atol=1e-9)
        np.testing.assert_allclose(along.max(1), 1)


def test_vot2020_has_masks_and_anchors(tmp_path: Path) -> None:
    (scene,) = make("vot2020", tmp_path / "V", 1, replace(HIDDEN, length=60))
    home = tmp_path / "V" / scene.name
    lines = (home / "groundtruth.txt").read_text().splitlines()
    for line, mask in zip(lines, visible_masks(scene), strict=True):
        x, y, w, h, *runs = map(int, line.removeprefix("m").split(","))
        assert Mask(x, y, w, h, tuple(runs)).trimmed() == mask
    assert "m0,0,0,0,0" in lines  # hidden
    values = (home / "anchor.value").read_text().split()
    assert {frame: value for frame, value in enumerate(values) if value != "0"} == {0: "1", 50: "-1"}
