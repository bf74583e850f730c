"""Every ablation is a tracker by its name, with the architecture of that name; and they follow."""

import numpy as np
import pytest

from harness import Box, Compute, Frames, MissingWeights
from trackers.sbt import ablations
from trackers.sbt.architectures import ARCHITECTURES

SIZES = {"light", "small", "base", "large", "huge"}


def test_each_is_there_under_its_name(tmp_path):
    for size in ARCHITECTURES.keys() - SIZES:
        cls = getattr(ablations, f"sbt_{size}")
        assert (cls.size, cls.name, cls.__name__) == (size, f"sbt_{size}", f"sbt_{size}")
        with pytest.raises(MissingWeights, match=f"no weights of sbt_{size}: the authors published none"):
            cls(None, Compute(folder=str(tmp_path)))


@pytest.mark.parametrize("name", ["sbt_b7", "sbt_b3"])
def test_a_stride_of_16_and_a_fourth_stage_place_boxes_around_the_last(name):
    """A box head made to say "the middle, a quarter of the crop" in every cell."""
    tracker = getattr(ablations, name)(None, Compute("cpu", random_weights=0))
    last = tracker.network.box_head.bbox_head[-1]
    last.weight.zero_()
    last.bias[:2], last.bias[2:] = 0, float(np.log(1 / 3))
    image = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    frames = Frames(range(2), lambda number: image)
    tracks = tracker.start([frames[0]], [Box(60, 40, 40, 40)], [0])
    (answer,) = tracker.update(tracks, [frames[1]])
    np.testing.assert_allclose(answer.region.xywh, (55, 35, 50, 50), rtol=1e-5)
