"""Made copies, file by file: each benchmark's own names, origins, separators and labels."""

import configparser
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness.datasets import official
from harness.datasets.synthetic.compose import Recipe
from harness.datasets.synthetic.layouts.otb import Otb
from harness.datasets.synthetic.layouts.uav123 import Uav123
from harness.datasets.synthetic.layouts.write import make
from harness.datasets.synthetic.motion import boxes
from harness.datasets.synthetic.render import areas, render
from harness.datasets.synthetic.scenes import Scene

VANISHING = Recipe(length=12, size=(96, 64), attributes=("OV", "FOC"))


def numbers(file: Path, separator: str = ",") -> np.ndarray:
    return np.loadtxt(file, delimiter=separator, ndmin=2)


def whole(scene: Scene, origin: int) -> np.ndarray:
    return np.floor(boxes(scene.target, scene.length) + 0.5) + np.array([origin, origin, 0, 0])


def decode(file: Path) -> np.ndarray:
    return cv2.imread(str(file), cv2.IMREAD_UNCHANGED)


def test_lasot_has_flags_in_one_line_and_the_toolkits_annotations(tmp_path: Path) -> None:
    leaving, covered = made = make("lasot", tmp_path / "LaSOT", 2, VANISHING)
    assert [scene.name for scene in made] == ["airplane-1", "airplane-9"]
    annos = tmp_path / "LaSOT" / "annos"
    for scene in made:
        home = tmp_path / "LaSOT" / "airplane" / scene.name
        _, inside, seen = areas(scene).T
        assert sorted(path.name for path in (home / "img").iterdir()) == [f"{n:08d}.jpg" for n in range(1, 13)]
        assert (home / "full_occlusion.txt").read_text().count("\n") == 1
        np.testing.assert_array_equal(numbers(home / "full_occlusion.txt")[0], (seen == 0) & (inside > 0))
        np.testing.assert_array_equal(numbers(home / "out_of_view.txt")[0], inside == 0)
        truth = numbers(home / "groundtruth.txt")
        np.testing.assert_array_equal(truth[inside > 0], whole(scene, 1)[inside > 0])
        assert not truth[inside == 0].any()
        assert (home / "nlp.txt").read_text().count("\n") == 1
        assert (annos / f"{scene.name}.txt").read_text() == (home / "groundtruth.txt").read_text()
        np.testing.assert_array_equal(numbers(annos / "absent" / f"{scene.name}.txt")[:, 0], seen == 0)
        assert numbers(annos / "att" / f"{scene.name}.txt").shape == (1, 14)
    # IV POC DEF MB CM ROT BC VC SV FOC FM OV LR ARC
    assert numbers(annos / "att" / "airplane-1.txt")[0, [9, 11]].tolist() == [0, 1]
    assert numbers(annos / "att" / "airplane-9.txt")[0, [9, 11]].tolist() == [1, 0]
    assert "OV" in leaving.attributes and "FOC" in covered.attributes


def test_got10k_has_labels_and_four_decimals(tmp_path: Path) -> None:
    made = make("got10k", tmp_path / "G", 2, VANISHING, split="val")
    names = [scene.name for scene in made]
    assert (
        (tmp_path / "G" / "val" / "list.txt").read_text().splitlines()
        == names
        == list(official.names("got10k-val")[:2])
    )
    for scene in made:
        home = tmp_path / "G" / "val" / scene.name
        whole, inside, seen = areas(scene).T
        cover, absence, cut = (numbers(home / f"{n}.label")[:, 0] for n in ("cover", "absence", "cut_by_image"))
        np.testing.assert_array_equal(absence, seen == 0)
        np.testing.assert_array_equal(cover == 0, seen == 0)
        np.testing.assert_allclose(cover / 8, seen / whole, atol=1 / 8)
        np.testing.assert_array_equal(cut, inside < whole)
        np.testing.assert_allclose(numbers(home / "groundtruth.txt"), boxes(scene.target, 12), atol=5e-5)
        assert (home / "groundtruth.txt").read_text().partition(",")[0][-5] == "."
        text = (home / "meta_info.ini").read_text()
        meta = configparser.ConfigParser()
        meta.read_string(text)
        assert meta["METAINFO"]["resolution"] == "(96, 64)"
        assert not text.endswith("\n")
        assert (home / "00000012.jpg").is_file()


@pytest.mark.parametrize(
    ("benchmark", "truth"), [("got10k", "test/{}/groundtruth.txt"), ("trackingnet", "TEST/anno/{}.txt")]
)
def test_of_a_servers_test_split_the_first_box_alone_is_published(benchmark: str, truth: str, tmp_path: Path) -> None:
    (scene,) = make(benchmark, tmp_path / "copy", 1, VANISHING)
    rows = numbers(tmp_path / "copy" / truth.format(scene.name))
    assert rows.shape == (1, 4)
    np.testing.assert_allclose(rows, boxes(scene.target, 12)[:1], atol=0.5)
    assert len(list((tmp_path / "copy").rglob("*.label"))) == 0


def test_trackingnet_counts_images_from_0_and_does_not_pad(tmp_path: Path) -> None:
    made = make("trackingnet", tmp_path / "test", 1, VANISHING) + make(
        "trackingnet", tmp_path / "train", 2, VANISHING, split="train"
    )
    assert [scene.name for scene in made] == ["-Dz7OIf54b0_0", "-made000000_0", "_made000001_0"]
    frames = tmp_path / "train" / "TRAIN_0" / "frames" / "-made000000_0"
    assert {path.name for path in frames.iterdir()} == {f"{n}.jpg" for n in range(12)}
    np.testing.assert_array_equal(numbers(tmp_path / "train/TRAIN_0/anno/-made000000_0.txt"), whole(made[1], 0))


def test_uav123_has_nan_where_nothing_is_to_be_seen(tmp_path: Path) -> None:
    (scene,) = make("uav123", tmp_path / "U", 1, VANISHING)
    assert (scene.name, scene.length) == ("uav6", 109)
    top = tmp_path / "U" / "UAV123"
    text = (top / "anno" / "UAV123" / "uav6.txt").read_text()
    absent = areas(scene)[:, 2] == 0
    assert absent.any()
    assert text.count("NaN,NaN,NaN,NaN\n") == absent.sum()
    np.testing.assert_array_equal(
        numbers(top / "anno/UAV123/uav6.txt"), np.where(absent[:, None], np.nan, whole(scene, 1))
    )
    # SV ARC LR FM FOC POC OV BC IV VC CM SO
    assert numbers(top / "anno" / "UAV123" / "att" / "uav6.txt")[0, [4, 6]].tolist() == [0, 1]
    images = sorted(path.name for path in (top / "data_seq" / "UAV123" / "uav6").iterdir())
    assert images == [f"{n:06d}.jpg" for n in range(1, 110)]


def test_uav123_shares_folders_but_no_frames() -> None:
    layout = Uav123("")
    videos = layout.videos(8, 1, 60)
    assert {"bird1_1", "bird1_2", "bird1_3"} < {video.names[0] for video in videos}  # never a part of a folder
    paths = [
        layout.image(video.names[0], number) for video in videos for number in (video.numbers[0], video.numbers[-1])
    ]
    assert len(set(paths)) == len(paths)
    assert {"UAV123/data_seq/UAV123/bird1/000001.jpg", "UAV123/data_seq/UAV123/bird1/000775.jpg"} <= set(paths)


def test_otb_has_two_targets_in_one_folder(tmp_path: Path) -> None:
    one, other = make("otb", tmp_path / "O", 2, Recipe(size=(128, 48), targets=2, grey=True, attributes=("LR",)))
    assert (one.name, other.name, one.length) == ("Jogging.1", "Jogging.2", 307)
    home = tmp_path / "O" / "Jogging"
    assert {path.name for path in home.iterdir()} == {"groundtruth_rect.1.txt", "groundtruth_rect.2.txt", "img"}
    assert sorted(path.name for path in (home / "img").iterdir()) == [f"{n:04d}.jpg" for n in range(1, 308)]
    for number, scene in (1, one), (2, other):
        np.testing.assert_array_equal(numbers(home / f"groundtruth_rect.{number}.txt", "\t"), whole(scene, 1))
    image = decode(home / "img" / "0001.jpg")
    assert image.shape == (48, 128)  # a single channel, as a grey video of the benchmark
    assert np.abs(next(render(one))[..., 0] - image.astype(float)).mean() < 4


def test_otb_takes_frame_numbers_and_separators_from_the_benchmark(tmp_path: Path) -> None:
    layout = Otb("")
    files = {video.names[0]: video.numbers for video in layout.videos(96, 1, 60)}
    assert list(files)[:3] == ["Deer", "Football1", "Skiing"]
    assert files["David"] == range(300, 771)
    assert (layout.image("David", 300), layout.image("Board", 1)) == ("David/img/0300.jpg", "Board/img/00001.jpg")
    make("otb", tmp_path / "O", 2, Recipe(size=(64, 48), attributes=("LR",)))
    comma, tab = ((tmp_path / "O" / name / "groundtruth_rect.txt").read_text() for name in ("Deer", "Football1"))
    assert comma.count(",") == 3 * 71 and comma.endswith("\n")
    assert tab.count("\t") == 3 * 74 and not tab.endswith("\n")
    assert decode(tmp_path / "O/Deer/img/0071.jpg").shape == (48, 64, 3)


@pytest.mark.parametrize("benchmark", ["lasot", "got10k", "trackingnet", "vot2019"])
def test_elsewhere_two_targets_are_two_sequences_of_the_same_images(benchmark: str, tmp_path: Path) -> None:
    made = make(benchmark, tmp_path / "copy", 3, Recipe(length=10, size=(128, 48), targets=2))
    images: dict[str, list[bytes]] = {scene.name: [] for scene in made}
    for path in sorted((tmp_path / "copy").rglob("*.jpg")):
        images[next(name for name in images if name in path.parts)].append(path.read_bytes())
    first, second, third = images.values()
    assert first == second != third
    assert len(third) == 10
