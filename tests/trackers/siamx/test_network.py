"""SiamX's network against its formulas written out, its batches, its variants and its size."""

import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from trackers.blocks.correlation import depthwise_correlation
from trackers.siamx.network import PAIRS, Head, SiamX

VARIANTS = [((4, 4),), ((4, 3), (3, 4)), PAIRS, ((4, 4), (4, 3), (3, 4), (3, 3))]  # rows of Table III


def unsettled(network: nn.Module) -> nn.Module:
    """Weights under which every pair and every cell answers something of its own."""
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.endswith(("cls_weight", "reg_weight")):
                parameter.copy_(torch.arange(len(parameter)) - 0.5)
        for name, buffer in network.named_buffers():
            if name.endswith(("running_mean", "running_var")):
                buffer.uniform_(0.5, 1.5)
    return network.eval()


def written_out(head: Head, z: dict[int, Tensor], x: dict[int, Tensor]) -> tuple[Tensor, Tensor]:
    """Eq. 3 and 4 as they stand: encode both, correlate each pair, then weigh and add."""
    fused = []
    for branch, weights in (("cls_encoder", head.cls_weight), ("reg_encoder", head.reg_weight)):
        total = 0
        for number, (template, searched) in enumerate(head.pairs):
            encoders = head.get_submodule(f"feature_correlation{number}.{branch}")
            response = depthwise_correlation(encoders.encoder_search(x[searched]), encoders.encoder_kernel(z[template]))
            total = total + weights.exp()[number] / weights.exp().sum() * response
        fused.append(total)
    cls, reg = head.cls_tower(fused[0]), head.bbox_tower(fused[1])
    return head.cls_predictor(cls) * 0.1, (head.bbox_predictor(reg) * head.adjust + head.bias).exp()


@torch.inference_mode()
def test_weights_in_the_kernels_are_weights_of_the_responses():
    torch.manual_seed(0)
    head = unsettled(Head(PAIRS)).double()
    z = {level: torch.randn(1, 256, 7, 7).double() for level in (3, 4)}
    x = {level: torch.randn(1, 256, 9, 9).double() for level in (3, 4)}
    logits, distances, _ = head(head.kernels(z), x)
    for ours, expected in zip((logits, distances), written_out(head, z, x), strict=True):
        assert (ours - expected).abs().max() <= 1e-6 * expected.std()


@torch.inference_mode()
def test_templates_of_several_tracks_share_one_search():
    torch.manual_seed(0)
    network = unsettled(SiamX(align=True))
    images = torch.rand(3, 3, 175, 175)  # a smaller region than 255: 15 x 15 cells
    templates = network.template(torch.rand(3, 3, 127, 127))
    together = network.search(templates[[2, 0]], images[[2, 0]])
    for place, track in enumerate((2, 0)):
        alone = network.search(templates[track : track + 1], images[track : track + 1])
        for one, both in zip(alone, together, strict=True):
            torch.testing.assert_close(both[place], one[0], rtol=1e-4, atol=1e-4 * float(one.std()))


@pytest.mark.parametrize("pairs", VARIANTS, ids=lambda pairs: "+".join(f"l{t}l{s}" for t, s in pairs))
def test_the_variants_of_table_3_correlate_what_they_name(pairs):
    with torch.device("meta"):
        network = SiamX(pairs)
        kernels = network.template(torch.empty(2, 3, 127, 127))
        answer = network.search(kernels, torch.empty(2, 3, 255, 255))
    assert kernels.shape == (2, 2, len(pairs), 256, 5, 5)
    assert answer.logits.shape == (2, 25, 25)
    assert answer.distances.shape == (2, 4, 25, 25)
    assert answer.aligned is None
    correlations = {key.split(".")[1] for key in network.state_dict() if "feature_correlation" in key}
    assert len(correlations) == len(pairs)


@torch.inference_mode()
def test_each_level_is_correlated_on_its_own_side():
    """Of L4xL3 the template's level 4 and the search region's level 3 matter, and no other."""
    head = Head(((4, 3),)).eval()
    features = {level: torch.rand(1, 256, 7, 7) for level in (3, 4)}
    regions = {level: torch.rand(1, 256, 11, 11) for level in (3, 4)}
    other = torch.rand(1, 256, 11, 11)
    kernels = head.kernels(features)
    assert torch.equal(kernels, head.kernels(features | {3: other[..., :7, :7]}))
    assert not torch.equal(kernels, head.kernels(features | {4: other[..., :7, :7]}))
    assert torch.equal(head(kernels, regions)[1], head(kernels, regions | {4: other})[1])
    assert not torch.equal(head(kernels, regions)[1], head(kernels, regions | {3: other})[1])


@torch.inference_mode()
def test_weights_are_shared_among_the_used_pairs_only():
    """A pair twice, with the same encoders, is that pair once: whatever the weights, they add to 1."""
    torch.manual_seed(0)
    single, twice = Head(((4, 4),)).eval(), Head(((4, 4), (4, 4))).eval()
    state = single.state_dict()
    state |= {
        key.replace("correlation0", "correlation1"): value for key, value in state.items() if "correlation0" in key
    }
    state |= {"cls_weight": torch.tensor([2.0, -1.0]), "reg_weight": torch.tensor([0.3, 0.9])}
    twice.load_state_dict(state)
    features, regions = {4: torch.rand(1, 256, 7, 7)}, {4: torch.rand(1, 256, 11, 11)}
    for alone, both in zip(*(head(head.kernels(features), regions) for head in (single, twice)), strict=True):
        torch.testing.assert_close(alone, both)


@pytest.mark.parametrize(("align", "parameters", "multiply_adds"), [
    (False, 26_000_720, 20_519_247_296), (True, 26_590_801, 20_888_047_296),
])  # fmt: skip
def test_parameters_and_operations_are_the_papers(align, parameters, multiply_adds):
    """The official step encodes the template's kernels in every frame, ours in the first."""
    with torch.device("meta"):
        network = SiamX(align=align)
        with FlopCounterMode(display=False) as once:
            kernels = network.pred_head.kernels({level: torch.empty(1, 256, 7, 7) for level in (3, 4)})
        with FlopCounterMode(display=False) as step:
            network.search(kernels, torch.empty(1, 3, 255, 255))
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters
    assert step.get_total_flops() + once.get_total_flops() == 2 * multiply_adds
