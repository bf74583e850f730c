"""The synthetic benchmark: its truth against its pixels, its cache, and that neither changes unnoticed."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage

from harness.core.errors import MissingData, UsageError
from harness.core.record import sequence_fingerprint
from harness.core.regions import Mask, Polygon, convert
from harness.core.sequence import Image
from harness.datasets.images import decode_image
from harness.datasets.synthetic import benchmark
from harness.datasets.synthetic.attributes import measure
from harness.datasets.synthetic.benchmark import synthetic
from harness.datasets.synthetic.compose import CHALLENGES, challenges
from harness.datasets.synthetic.motion import curve
from harness.datasets.synthetic.render import areas, render, visible_masks
from harness.datasets.synthetic.scenes import SCENES, SIZE, Layer, Scene

# A change of a digest is a change of the benchmark: raise VERSION, and say so in the changelog.
FRAMES_SHA256 = "fc4710308d2533b0922870ca8733a911390b985a3f27502dcea256358a1aecb0"
TRUTH_SHA256 = "4a055b19b7cd3acd415754d64a04a6562ddf48102e418d13ed187016a356d051"
CHALLENGES_SHA256 = "d9761596537c58081de788535e826064cba883c88dbcaed17e7b6c87bc2d2195"
CHALLENGES_TRUTH_SHA256 = "9b98cfe5ecb5f38d9a1d199b9b9309cc3a70ce465e63c51f3ff11859aeff77b0"

NAME = "occlude-2"


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A scene cut down to six frames, so that rendering it costs nothing; it still has its occlusion."""
    scene = replace(SCENES[NAME], length=6)
    monkeypatch.setitem(SCENES, NAME, scene)
    return scene


def no_render(_: Scene) -> Iterator[Image]:
    raise AssertionError("rendered")


def folder_of(root: Path) -> Path:
    return root / f"v{benchmark.VERSION}" / NAME


def test_pixels_and_truth_are_the_stored_ones() -> None:
    frames, truth = hashlib.sha256(), hashlib.sha256()
    for sequence in synthetic(Path("nowhere")):
        frames.update(next(render(SCENES[sequence.name])).tobytes())
        truth.update(sequence_fingerprint(sequence).encode())
    assert (benchmark.VERSION, frames.hexdigest(), truth.hexdigest()) == (1, FRAMES_SHA256, TRUTH_SHA256)


def test_every_sequence_is_what_the_benchmark_promises(tmp_path: Path) -> None:
    dataset = synthetic(tmp_path)
    assert dataset.name == "synthetic"
    assert dataset.expected == dataset.available
    assert len(dataset) == 12
    for sequence in dataset:
        boxes = sequence.truth.regions.boxes
        assert 60 <= len(sequence) <= 120
        assert sequence.size == SIZE
        assert 30 <= boxes[:, 2:].min() <= boxes[:, 2:].max() <= 83
        assert (boxes[:, :2] >= 0).all() and (boxes[:, :2] + boxes[:, 2:] <= SIZE).all()
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_attributes_are_what_happens(scene: Scene) -> None:
    pixels = areas(scene)
    whole, inside, seen = pixels.T
    assert (inside == whole).all()
    assert (seen / whole).min() > 0.1  # never out of sight: no frame is absent
    assert seen[0] == whole[0]  # a tracker starts on all of the target
    otb_codes = {"POC": "OCC"}  # OTB does not tell partial from full
    assert scene.attributes == {otb_codes.get(code, code) for code in measure(scene, pixels) - {"ARC"}}


def test_challenges_are_each_there_and_hold(tmp_path: Path) -> None:
    dataset = synthetic(tmp_path, "challenges")
    assert dataset.name == "synthetic-challenges"
    assert len(dataset) == 16
    assert set().union(*(sequence.attributes for sequence in dataset)) >= set(CHALLENGES)
    for sequence in dataset:
        boxes, absent = sequence.truth.regions.boxes, sequence.truth.absent
        assert sequence.name.partition("-")[0].upper() in sequence.attributes
        assert sequence.size == (160, 120) and len(sequence) == 40
        assert np.isfinite(boxes).all() and (boxes[:, 2:] > 0).all()
        assert not absent[0]
        assert absent.any() == bool({"FOC", "OV"} & sequence.attributes)
    assert not any(tmp_path.iterdir())


def test_challenges_keep_their_pixels_and_truth() -> None:
    frames, truth = hashlib.sha256(), hashlib.sha256()
    for scene, sequence in zip(challenges(), synthetic(Path("nowhere"), "challenges"), strict=True):
        frames.update(next(islice(render(scene), 3, None)).tobytes())
        truth.update(sequence_fingerprint(sequence).encode())
        truth.update(sequence.truth.absent.tobytes())
    assert (benchmark.VERSION, frames.hexdigest(), truth.hexdigest()) == (1, CHALLENGES_SHA256, CHALLENGES_TRUTH_SHA256)


def test_two_targets_share_their_frames(tmp_path: Path) -> None:
    first, second = (synthetic(tmp_path, "challenges")[name] for name in ("poc-15.1", "poc-15.2"))
    assert first.frames[5].path == second.frames[5].path == str(tmp_path / "v1" / "poc-15" / "00000006.png")
    assert first.truth.regions != second.truth.regions
    left, right = challenges()[-2:]
    for one, other in islice(zip(render(left), render(right), strict=True), 3):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", ["rotate-2", "scale-1", "glide-1"])
def test_masks_polygons_and_boxes_agree(name: str, tmp_path: Path) -> None:
    boxes, polygons, masks = (synthetic(tmp_path, split)[name] for split in (None, "polygons", "masks"))
    columns, rows = np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5)
    for frame in (0, 37, len(boxes) - 1):
        box, polygon, mask = (s.truth.regions[frame] for s in (boxes, polygons, masks))
        assert isinstance(polygon, Polygon) and isinstance(mask, Mask)
        points = np.array(polygon.points, np.float32)
        centres = np.dstack((columns, rows)).reshape(-1, 2).tolist()
        inside = np.array([cv2.pointPolygonTest(points, centre, False) > 0 for centre in centres]).reshape(SIZE[::-1])
        seen = mask.decode(*SIZE)
        assert (inside & seen).sum() / (inside | seen).sum() > 0.99
        assert box == convert(polygon, "box")
        tight = convert(mask, "box")
        np.testing.assert_allclose(np.add(tight.xywh[:2], tight.xywh[2:]), np.add(box.xywh[:2], box.xywh[2:]), atol=1)
        np.testing.assert_allclose(tight.xywh[:2], box.xywh[:2], atol=1)


def test_the_mask_is_exactly_where_the_target_shows(short: Scene) -> None:
    other = replace(short, target=replace(short.target, photo="grass"))
    hidden = replace(short, front=())
    for pixels, changed, mask, whole in zip(
        render(short), render(other), visible_masks(short), visible_masks(hidden), strict=True
    ):
        differs, seen = (pixels != changed).any(2), mask.decode(*SIZE)
        assert not (differs & ~seen).any()
        assert differs.sum() > 0.98 * seen.sum()
        assert mask.area <= whole.area


def test_a_piece_shows_its_photograph_at_pixel_centres_and_between_them() -> None:
    # Pixel (172, 300) of the photograph has its centre at (172.5, 300.5), and so has pixel (100, 80) of the image.
    piece = Layer("coffee", (172.5, 300.5), (30, 30), ((100.5, 80.5), (101.5, 80.5)), seed=1, shake=0, dents=0)
    first, half, last = render(Scene("still", 3, "grass", ((0, 0),), piece, shake=0))
    photograph = decode_image((Path(skimage.__file__).parent / "data" / "coffee.png").read_bytes(), "coffee")[
        285:316, 157:188
    ]
    np.testing.assert_array_equal(first[65:96, 85:116], photograph)
    np.testing.assert_array_equal(last[65:96, 86:117], photograph)
    between = (photograph[:, 1:].astype(float) + photograph[:, :-1]) / 2
    np.testing.assert_allclose(half[65:96, 86:116], between, atol=0.5)


def test_two_renders_agree_and_stand_as_files(tmp_path: Path, short: Scene) -> None:
    one, two = (synthetic(tmp_path / root)[NAME] for root in "ab")
    for left, right, direct in zip(one.frames, two.frames, render(short), strict=True):
        np.testing.assert_array_equal(left.pixels, right.pixels)
        np.testing.assert_array_equal(left.pixels, direct)
    assert one.frames[0].path == str(folder_of(tmp_path / "a") / "00000001.png")
    assert sorted(p.name for p in folder_of(tmp_path / "a").iterdir()) == [f"{n:08d}.png" for n in range(1, 7)]


def test_frames_are_rendered_once_and_truth_never_renders(
    tmp_path: Path, short: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = synthetic(tmp_path)[NAME].frames[3].pixels
    monkeypatch.setattr(benchmark, "render", no_render)
    for split in ("default", "polygons", "masks"):
        sequence = synthetic(tmp_path, split)[NAME]
        assert len(sequence.truth) == short.length
        np.testing.assert_array_equal(sequence.frames[3].pixels, pixels)
    assert len(synthetic(tmp_path / "other", "masks")[NAME].truth) == short.length


def test_a_killed_render_leaves_nothing_that_looks_whole(
    tmp_path: Path, short: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_over = folder_of(tmp_path).with_name(f".{NAME}-dead")
    left_over.mkdir(parents=True)
    (left_over / "00000001.png").write_bytes(b"half")

    def killed(scene: Scene) -> Iterator[Image]:
        yield from islice(render(scene), 2)
        raise KeyboardInterrupt

    sequence = synthetic(tmp_path)[NAME]
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(benchmark, "render", killed)
        _ = sequence.frames[0].pixels
    assert not folder_of(tmp_path).exists()
    np.testing.assert_array_equal(sequence.frames[0].pixels, next(render(short)))


def test_another_process_may_come_first(tmp_path: Path, short: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(scene: Scene) -> Iterator[Image]:
        monkeypatch.setattr(benchmark, "render", render)
        benchmark._render_into(folder_of(tmp_path), scene)
        yield from render(scene)

    monkeypatch.setattr(benchmark, "render", overtaken)
    assert synthetic(tmp_path)[NAME].frames[0].pixels.shape == (240, 320, 3)
    assert [p.name for p in folder_of(tmp_path).parent.iterdir()] == [NAME]


def test_a_root_that_cannot_be_written_is_one_clear_line(tmp_path: Path, short: Scene) -> None:
    root = tmp_path / "file"
    root.touch()
    sequence = synthetic(root)[NAME]
    with pytest.raises(
        MissingData, match=rf"^{re.escape(str(folder_of(root)))}: .* cannot be written \(Not a directory\); give"
    ):
        _ = sequence.frames[0].pixels


def test_an_unknown_split_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no split 'hard': use default, polygons, masks, challenges"):
        synthetic(tmp_path, "hard")
    assert synthetic(tmp_path, "polygons").name == "synthetic-polygons"


def test_a_curve_meets_its_keys() -> None:
    keys = [[0, 5], [10, -3], [4, 4], [4, 9]]
    np.testing.assert_allclose(curve(keys, 31)[::10], keys, atol=1e-12)
    np.testing.assert_array_equal(curve([[2, 3]], 4), [[2, 3]] * 4)
