"""What trackers with a network share, on a network of one layer."""

import pytest
import torch
from torch import nn

from harness import BadWeights, Compute, HarnessError, MissingWeights, OutOfMemory
from trackers.inference.complexity import Complexity
from trackers.inference.torch_tracker import TorchTracker, host, padded
from trackers.inference.weights import sha256


class Linear(TorchTracker):
    """A layer; it follows nothing."""

    name = "linear"
    source = "ask its authors"

    def build(self):
        return nn.Linear(3, 2)

    def counted(self):
        return self.network(torch.empty(5, 3))

    def start(self, frames, targets, seeds): ...
    def update(self, tracks, frames): ...


def random(seed=0, device="cpu", **how):
    return Linear(None, Compute(device, random_weights=seed, **how))


def test_random_weights_are_the_seeds_and_nobody_elses():
    before = torch.random.get_rng_state()
    one, same, other = random(0), random(0), random(1)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(one.network.weight, same.network.weight)
    assert not torch.equal(one.network.weight, other.network.weight)
    assert (one.weights, other.weights) == ("random:0", "random:1")


def test_weights_are_read_by_name(tmp_path):
    torch.save({"net": {f"module.{k}": v for k, v in random(5).network.state_dict().items()}}, tmp_path / "linear.pth")
    tracker = Linear(None, Compute("cpu", folder=str(tmp_path)))
    assert torch.equal(tracker.network.weight, random(5).network.weight)
    assert tracker.weights == sha256(tmp_path / "linear.pth")
    assert not tracker.network.training
    assert not any(parameter.requires_grad for parameter in tracker.network.parameters())


def test_unless_told_the_first_gpu_computes_where_there_is_one():
    assert random(device="auto").device == Linear(None, Compute(random_weights=0)).device
    assert random(device="auto").device == ("cuda:0" if torch.cuda.is_available() else "cpu")
    assert random(device="cpu:0").device == "cpu:0"


def test_complexity_needs_no_weights():
    assert Linear.complexity() == Complexity(parameters=8, macs=30, thop_parameters=8, thop_macs=30)


def test_missing_and_wrong_weights(tmp_path):
    with pytest.raises(MissingWeights, match="no weights of linear: ask its authors"):
        Linear(None, Compute(folder=str(tmp_path)))
    torch.save(nn.Linear(4, 2).state_dict(), tmp_path / "linear.pth")
    with pytest.raises(BadWeights, match=r"weight: expected \(2, 3\), found \(2, 4\)"):
        Linear(None, Compute(folder=str(tmp_path)))


def seen_by(tracker, inputs):
    """The batches that a step is given, and what becomes of them."""
    batches = []

    def step(x):
        batches.append(x.clone())
        return tracker.network(x), x.sum(1)

    return batches, tracker.compute(step, inputs)


def test_a_processor_computes_one_target_at_a_time():
    tracker, inputs = random(), torch.rand(3, 3)
    tracker.prepare(8)
    batches, (outputs, sums) = seen_by(tracker, inputs)
    assert [len(batch) for batch in batches] == [1, 1, 1]
    torch.testing.assert_close(outputs, tracker.network(inputs))
    torch.testing.assert_close(sums, inputs.sum(1))


@pytest.mark.parametrize("count", [1, 3, 4, 7])
def test_elsewhere_batches_are_filled_up_to_the_width(count):
    """Shown on a processor named by its number, which is treated like any device but "cpu"."""
    tracker, inputs = random(device="cpu:0"), torch.rand(7, 3)
    tracker.prepare(4)
    batches, (outputs, sums) = seen_by(tracker, inputs[:count].numpy())
    assert {len(batch) for batch in batches} == {4}
    assert len(outputs) == len(sums) == count
    torch.testing.assert_close(outputs, tracker.network(inputs[:count]))
    alone = [tracker.compute(tracker.network, inputs[i : i + 1])[0] for i in range(count)]
    assert torch.equal(torch.cat(alone), outputs)  # to the byte, whoever the neighbours are


@pytest.mark.parametrize("count", [1, 5])
def test_what_a_track_keeps_holds_no_padding_in_memory(count):
    tracker = random(device="cpu:0")
    tracker.prepare(64)
    (kept,) = tracker.compute(tracker.network, torch.rand(count, 3))
    assert kept.untyped_storage().nbytes() == kept.nbytes


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_batch_lies_in_memory_alike_however_full(count):
    """Or other kernels would compute it, whose last digits differ."""
    crops = torch.rand(count, 8, 8, 3).permute(0, 3, 1, 2)  # channels last
    batch = padded(crops, 4)
    assert batch.is_contiguous()
    assert torch.equal(batch[:count], crops)


def test_half_precision_is_computed_in_and_leaves_as_float64():
    inputs = torch.rand(2, 3)
    (full,), (half,) = (random(precision=each).compute(random().network, inputs) for each in ("float32", "bf16"))
    assert (full.dtype, half.dtype) == (torch.float32, torch.bfloat16)
    assert host(half).dtype == "float64"
    torch.testing.assert_close(half.float(), full, atol=0.02, rtol=0.02)


def test_tf32_is_refused_where_there_is_none():
    with pytest.raises(HarnessError, match="tf32 is for CUDA devices; found cpu"):
        random(precision="tf32")


@pytest.mark.parametrize(
    ("device", "message"),
    [("cpu", "cpu has too little memory for one target"), ("cpu:0", "for 8 targets a call: choose a smaller --width")],
)
def test_the_end_of_memory_is_the_harnesss_own_error(device, message):
    tracker = random(device=device)
    tracker.prepare(8)
    with pytest.raises(OutOfMemory, match=message):
        tracker.compute(lambda x: torch.empty(2**50), torch.rand(1, 3))


def test_other_errors_are_left_alone():
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        random().compute(random().network, torch.rand(1, 5))
