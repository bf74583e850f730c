from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from harness.datasets import official
from harness.datasets.synthetic.compose import Recipe
from harness.datasets.synthetic.layouts.write import make
from harness.datasets.synthetic.render import visible_masks


def test_davis_has_numbers_of_a_palette_and_two_lists(tmp_path: Path) -> None:
    recipe = Recipe(length=12, size=(128, 64), targets=2, attributes=("POC",))
    made = make("davis", tmp_path / "D", 2, recipe)
    assert [scene.name for scene in made] == list(official.names("davis17-val")[:2]) == ["bike-packing", "blackswan"]
    assert (tmp_path / "D/ImageSets/2017/val.txt").read_text() == "bike-packing\nblackswan\n"
    assert (tmp_path / "D/ImageSets/2016/val.txt").read_text() == "blackswan\n"
    for scene in made:
        masks = tmp_path / "D/Annotations/480p" / scene.name
        assert sorted(path.stem for path in masks.iterdir()) == [f"{n:05d}" for n in range(12)]
        images = tmp_path / "D/JPEGImages/480p" / scene.name
        assert sorted(path.name for path in images.iterdir()) == [f"{n:05d}.jpg" for n in range(12)]
        for number, mask in enumerate(visible_masks(scene)):
            with Image.open(masks / f"{number:05d}.png") as image:
                assert image.mode == "P"
                ids = np.asarray(image)
            np.testing.assert_array_equal(ids == 1, mask.decode(128, 64))
            assert (ids == 2).any() and ids.max() == 2
        colours = cv2.imread(str(masks / "00000.png"))
        assert set(map(tuple, colours.reshape(-1, 3).tolist())) == {(0, 0, 0), (0, 0, 128), (0, 128, 0)}
