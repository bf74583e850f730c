"""SBT against a transcription of its description that computes everything, and what tracking must be spared."""

import pytest
import torch
from torch.nn.functional import conv2d, gelu, layer_norm, linear, relu

from trackers.blocks.single_branch import Stage
from trackers.sbt.architectures import Architecture, as_printed
from trackers.sbt.network import SBT


def norm(x, weights, name, eps):
    return layer_norm(x, x.shape[-1:], weights[f"{name}.weight"], weights[f"{name}.bias"], eps)


def dense(x, weights, name):
    return linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def convolve(tokens, size, weights, name, **how):
    """A convolution of tokens (B, N, C) that make an image of `size` (height, width); tokens, and their size."""
    image = tokens.transpose(1, 2).reshape(len(tokens), -1, *size)
    image = conv2d(image, weights[f"{name}.weight"], weights[f"{name}.bias"], **how)
    return image.flatten(2).transpose(1, 2), tuple(image.shape[2:])


def attend(weights, name, stage, query, source):
    """What the tokens of `query` find in those of `source`, which comes with its size."""
    source, size = source
    q = dense(query, weights, f"{name}.q")
    if stage.reduction > 1:
        source, _ = convolve(source, size, weights, f"{name}.sr", stride=stage.reduction)
        source = norm(source, weights, f"{name}.norm", 1e-5)
    k, v = dense(source, weights, f"{name}.kv").chunk(2, -1)
    heads = []
    scale = (stage.width // stage.heads) ** -0.5
    for one, key, value in zip(*(part.chunk(stage.heads, -1) for part in (q, k, v)), strict=True):
        heads.append((one @ key.transpose(1, 2) * scale).softmax(-1) @ value)
    return dense(torch.cat(heads, -1), weights, f"{name}.proj")


def feed(weights, name, tokens, size):
    hidden = dense(norm(tokens, weights, f"{name}.norm2", 1e-6), weights, f"{name}.mlp.fc1")
    hidden, _ = convolve(hidden, size, weights, f"{name}.mlp.dwconv.dwconv", padding=1, groups=hidden.shape[-1])
    return tokens + dense(gelu(hidden), weights, f"{name}.mlp.fc2")


def transcribed(network, z, x):
    """Logits and boxes with nothing spared: every block for both images, templates again at every search."""
    weights, architecture = network.state_dict(), network.architecture
    sizes = [image.shape[2:] for image in (z, x)]
    both = [image.flatten(2).transpose(1, 2) for image in (z, x)]
    for number, stage in enumerate(architecture.stages, 1):
        name, kernel = f"backbone.patch_embed{number}", 7 if number == 1 else 3
        how = {"stride": stage.stride, "padding": kernel // 2}
        embedded = [convolve(both[i], sizes[i], weights, f"{name}.proj", **how) for i in (0, 1)]
        both, sizes = [norm(one, weights, f"{name}.norm", 1e-5) for one, _ in embedded], [size for _, size in embedded]
        blocks = range(1, stage.depth + 1)
        if number == len(architecture.stages) and stage.cross:
            blocks = range(1, max(stage.cross) + 1)
        for position in blocks:
            name = f"backbone.block{number}.{position - 1}"
            own = [norm(one, weights, f"{name}.norm1", 1e-6) for one in both]
            source = (1, 0) if position in stage.cross else (0, 1)
            found = [attend(weights, f"{name}.attn", stage, own[i], (own[source[i]], sizes[source[i]])) for i in (0, 1)]
            both = [feed(weights, name, both[i] + found[i], sizes[i]) for i in (0, 1)]
    cells = norm(both[1], weights, f"backbone.norm{len(architecture.stages)}", 1e-6)
    heads = [headed(weights, f"box_head.{name}", architecture.head, cells) for name in ("class_head", "bbox_head")]
    return heads[0], torch.sigmoid(heads[1])


def headed(weights, name, kind, cells):
    if kind == "mlp":
        return dense(relu(dense(relu(dense(cells, weights, f"{name}.0")), weights, f"{name}.2")), weights, f"{name}.4")
    code = ["spatial.0", "channle.0", "spatial.1", "channle.1"]
    order = code if kind == "mixer" else ["channle.0", "spatial.0", "channle.1", "spatial.1"]
    for layer in order:
        spatial = layer.startswith("spatial")
        cells = dense(cells.transpose(1, 2) if spatial else cells, weights, f"{name}.layers_{layer}")
        cells = cells.transpose(1, 2) if spatial else cells
        cells = cells if layer == order[-1] else relu(cells)
    return cells


def tiny(*crosses, reductions=(4, 2, 1, 1), strides=(4, 2, 1, 1), **kwargs):
    """A small network whose stages, of three blocks each, correlate as told."""
    columns = (8, 16, 24, 32), (3,) * 4, (1, 2, 3, 4), strides, reductions, (2, 3, 2, 1), crosses
    stages = tuple(Stage(*column) for column in zip(*columns, strict=False))
    return Architecture(stages, template_size=32, search_size=64, **kwargs)


CASES = {
    "as published": tiny((), (), (1, 3)),
    "first block": tiny((1,), (), (2,)),
    "blocks after the last": tiny((), (), (1, 2)),
    "stages after the last": tiny((2,), (), ()),
    "neighbours": tiny((), (2, 3), (1, 2, 3)),
    "four stages": tiny((), (), (2,), ()),
    "no correlation": tiny((), (), ()),
    "one cell": tiny((), (), (2, 3), head="mlp"),
    "as printed": as_printed(tiny((), (), (2, 3))),
    "other strides": tiny((), (), (3,), strides=(4, 1, 2)),
    "maps that do not divide": tiny((), (), (2,), reductions=(3, 3, 3)),
}


def build(architecture, seed=0):
    """In double precision, with weights that let every part be felt."""
    torch.manual_seed(seed)
    network = SBT(architecture).double().eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.1)
    return network


def images(batch, size, seed=1):
    return torch.randn(batch, 3, size, size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def close(found, expected, tolerance=1e-6):
    for one, other in zip(found, expected, strict=True):
        assert one.shape == other.shape
        assert other.std() > 0
        assert (one - other).abs().max() < tolerance * other.std()


@torch.no_grad()
@pytest.mark.parametrize("name", CASES)
def test_the_split_is_the_whole(name):
    network = build(CASES[name])
    z, x = images(2, 32), images(2, 64, seed=2)
    close(network.search(network.template(z), x), transcribed(network, z, x))


@torch.no_grad()
def test_targets_share_a_call_whenever_they_began():
    network = build(CASES["as published"])
    z, x = images(3, 32), images(3, 64, seed=2)
    states = [network.template(one[None]) for one in z]
    together = network.search(torch.cat(states), x)
    for i, state in enumerate(states):
        close((part[i : i + 1] for part in together), network.search(state, x[i : i + 1]), 1e-9)
    later = network.search(torch.cat(states)[[2, 0]], x[[2, 0]])
    close(later, (part[[2, 0]] for part in together), 1e-9)


def attended(network, call):
    """The sides of the maps that queries, and keys and values, were computed of in a call: by layer and block."""
    sides = {"q": {}, "kv": {}}
    hooks = []
    for name, module in network.named_modules():
        if name.endswith((".q", ".kv")):
            block, layer = name.removeprefix("backbone.block").split(".attn.")
            seen = sides[layer]
            note = lambda *args, block=block, seen=seen: seen.setdefault(block, []).append(args[2].shape[1])  # noqa: E731
            hooks.append(module.register_forward_hook(note))
    with torch.no_grad():
        call()
    for hook in hooks:
        hook.remove()
    return sides["q"], sides["kv"]


def test_nothing_of_a_template_is_computed_twice_or_in_vain():
    """In stage 3 here, block 0 is the first that correlates, block 1 the last, and block 2 is in vain."""
    network = build(CASES["blocks after the last"])
    before = [f"{stage}.{block}" for stage in (1, 2) for block in (0, 1, 2)]
    queries, _ = attended(network, lambda: network.template(images(1, 32)))
    assert queries == dict(zip(before, [[8]] * 3 + [[4]] * 3, strict=True))
    state = network.template(images(1, 32))
    queries, sources = attended(network, lambda: network.search(state, images(1, 64)))
    assert queries == dict(zip(before, [[16]] * 3 + [[8]] * 3, strict=True)) | {"3.0": [4, 8], "3.1": [8]}
    assert sources == {block: [4] for block in before} | {"3.0": [8, 4], "3.1": [4]}


def test_training_reaches_every_weight_that_runs():
    torch.manual_seed(0)
    network = SBT(CASES["as published"]).train()
    logits, boxes = network(images(2, 32).float(), images(2, 64).float())
    (logits.square().sum() + boxes.square().sum()).backward()
    without = {name for name, parameter in network.named_parameters() if parameter.grad is None}
    assert without == {f"backbone.norm{number}.{part}" for number in (1, 2) for part in ("weight", "bias")}


def test_a_seed_fixes_the_weights():
    one, same, other = (build(CASES["as published"], seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not any(torch.equal(one[name], other[name]) for name in one)
