"""SiamX against the official network's own numbers, on the same made-up weights and images."""

import json
import runpy
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from trackers.blocks.towers import cell_boxes
from trackers.siamx.network import SiamX

PARITY = Path(__file__).resolve().parents[2].parent / "shared" / "parity"
ALIGN = {"siamx": False, "siamx_align": True}
FAN_IN_SCALE = 4.9  # the golden files' fill: mode B

pytestmark = pytest.mark.skipif(not PARITY.is_dir(), reason=f"needs the official network's values in {PARITY}")


@cache
def fill():
    return runpy.run_path(str(PARITY / "golden" / "fill.py"))


def listed(model, kind=""):
    return json.loads((PARITY / "keys" / f"{model}{kind}.json").read_text())


@cache
def network(model):
    filled = SiamX(align=ALIGN[model])
    state = filled.state_dict()
    for (key, shape, _), (_, kind, _) in zip(listed(model), listed(model, ".fill"), strict=True):
        if kind != "int":
            state[key] = torch.from_numpy(fill()["value"](key, shape, kind == "norm_weight", "B", FAN_IN_SCALE))
    filled.load_state_dict(state, strict=True)
    return filled.eval()


def image(side):
    return torch.from_numpy(fill()["image"](side, side, 1 / 255))


@torch.inference_mode()
def points(siamx: SiamX) -> dict[str, torch.Tensor]:
    """Every stored point by its name in the golden files, as one template and one search pass them."""
    backbone = siamx.features["features"]
    places = {"conv1": backbone.relu} | {f"layer{i}": backbone.get_submodule(f"layer{i}") for i in (1, 2, 3)}
    places |= {"neck0": siamx.neck["downsample0"], "neck1": siamx.neck["downsample1"]}
    passed = {name: [] for name in places}
    hooks = [
        module.register_forward_hook(lambda _module, _inputs, output, name=name: passed[name].append(output.clone()))
        for name, module in places.items()
    ]
    answer = siamx(image(127), image(255))
    for hook in hooks:
        hook.remove()
    found = {f"{side}_{name}": value for name, pair in passed.items() for side, value in zip("zx", pair, strict=True)}
    found |= {"cls_logit": answer.logits[:, None], "score": answer.logits[:, None].sigmoid()}
    found |= {"reg_ltrb": answer.distances, "boxes_xyxy": cell_boxes(answer.distances)[0]}
    if answer.aligned is not None:
        found["cls_align_logit"] = answer.aligned[:, None]
    return found


@pytest.mark.parametrize("model", ALIGN)
def test_names_shapes_and_order_are_official(model):
    ours = SiamX(align=ALIGN[model]).state_dict()
    assert [[key, list(value.shape), str(value.dtype)[6:]] for key, value in ours.items()] == listed(model)


@pytest.mark.parametrize("model", ALIGN)
def test_every_point_is_the_official_one(model):
    found = points(network(model))
    with np.load(PARITY / "golden" / f"{model}.npz") as golden:
        for name, values in golden.items():
            ours = found[name].numpy()
            if name[:2] in {"z_", "x_"}:
                ours = ours[:, : values.shape[1]]  # the first 32 channels are stored
            assert ours.shape == values.shape, name
            assert np.abs(ours - values).max() <= 2e-3 * values.std(), name
        spread = golden["reg_ltrb"].std((0, 2, 3))  # of a channel it is small
        error = np.abs(found["reg_ltrb"].numpy() - golden["reg_ltrb"]).max((0, 2, 3))
        assert (error <= 1e-3 * spread).all()
