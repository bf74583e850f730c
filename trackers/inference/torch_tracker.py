"""What all trackers with a network share: its weights, its device and precision, and batches that do not mix."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import get_ident
from typing import Any, ClassVar, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from harness import Compute, HarnessError, OutOfMemory, Track, Tracker, Traits
from trackers.inference.complexity import Complexity, measure
from trackers.inference.folding import folded
from trackers.inference.weights import Prefixes, find, fit, load, sha256

__all__ = ["TorchTracker", "host", "padded"]

TrackT = TypeVar("TrackT", bound=Track)

HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}


class TorchTracker(Tracker[TrackT]):
    """A network with its weights. Subclasses `build` it, say what is `counted`, and put their crops through `compute`.

    `name` is that of its file of weights, `source` a sentence on where it can be had, and `prefixes` what other codes
    put before the names of its tensors.
    """

    traits = Traits(batches=True, weights=True)
    name: ClassVar[str]
    source: ClassVar[str]
    prefixes: ClassVar[Prefixes] = (("module.", ""),)  # torch's DataParallel

    def __init__(self, settings: Any = None, compute: Compute | None = None) -> None:
        """Raises MissingWeights and BadWeights."""
        super().__init__(settings)
        compute = compute or Compute()
        first = "cuda:0" if torch.cuda.is_available() else "cpu"
        self.device, self.precision = first if compute.device == "auto" else compute.device, compute.precision
        if self.precision == "tf32" and not self._cuda:
            raise HarnessError(f"precision tf32 is for CUDA devices; found {self.device}")
        self._rows = 1
        if compute.random_weights is None:
            path = find(self.name, compute, self.source)
            with torch.device("meta"):
                network = self.build()
            fit(network, load(path), self.prefixes, path)
            self.weights = sha256(path)
        else:
            with torch.random.fork_rng(devices=[]):
                torch.default_generator.manual_seed(compute.random_weights)
                network = self.build()
            self.weights = f"random:{compute.random_weights}"
        layout = torch.contiguous_format if self._cuda else torch.channels_last  # a processor convolves those faster
        self.network: Any = folded(network.eval().requires_grad_(False)).to(self.device, memory_format=layout)

    @abstractmethod
    def build(self) -> nn.Module:
        """The network, as it is before training."""

    @abstractmethod
    def counted(self) -> object:
        """Put one template and one search crop through all of the network, as it is counted for papers."""

    @classmethod
    def complexity(cls) -> Complexity:
        """How large the network is with default settings, and how much `counted` computes; needs no weights."""
        with torch.device("meta"):
            tracker = cls(None, Compute(device="meta", random_weights=0))
            return measure(tracker.build(), tracker.counted)

    def prepare(self, width: int) -> None:
        # A processor gains nothing from batches. One target a time, answers do not even depend on the width.
        self._rows = 1 if self.device == "cpu" else width

    def compute(
        self, step: Callable[..., Tensor | tuple[Tensor, ...]], *inputs: Tensor | NDArray[Any]
    ) -> tuple[Tensor, ...]:
        """What `step` makes of `inputs`; its own inputs and outputs are tensors whose first axis counts targets.

        It gets them on the device, in batches of one size, so that an answer does not depend on the neighbours.
        Returns when all is computed. Raises OutOfMemory.
        """
        tensors = [torch.as_tensor(each) for each in inputs]
        count, rows = len(tensors[0]), self._rows
        with torch.inference_mode(), self._arithmetic(), self._computed():
            parts = []
            for first in range(0, count, rows):
                batch = [padded(each[first : first + rows].to(self.device), rows) for each in tensors]
                outputs = step(*batch)
                outputs = (outputs,) if isinstance(outputs, Tensor) else outputs
                parts.append([each[: count - first] for each in outputs])
            joined = tuple(map(torch.cat, zip(*parts, strict=True)))  # copies, which keep no padding in memory
        return joined

    @property
    def _cuda(self) -> bool:
        return self.device.startswith("cuda")

    @contextmanager
    def _computed(self) -> Iterator[None]:
        """Until all is computed; on CUDA in a stream of the thread's own: two threads do not wait for each other."""
        if not self._cuda:
            yield
            return
        stream = _stream(self.device, get_ident())
        stream.wait_stream(torch.cuda.current_stream(self.device))  # the inputs may not be ready yet
        with torch.cuda.stream(stream):
            yield
        stream.synchronize()

    @contextmanager
    def _arithmetic(self) -> Iterator[None]:
        """The precision asked for, and the harness's own error where memory ends."""
        if self._cuda:
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = self.precision == "tf32"
        half = HALF.get(self.precision)
        try:
            with torch.autocast(torch.device(self.device).type, dtype=half, enabled=half is not None):
                yield
        except RuntimeError as error:
            if isinstance(error, torch.OutOfMemoryError) or "DefaultCPUAllocator" in str(error):
                rows = f"{self._rows} targets a call: choose a smaller --width" if self._rows > 1 else "one target"
                raise OutOfMemory(f"{self.device} has too little memory for {rows}") from error
            raise


@cache
def _stream(device: str, thread: int) -> torch.cuda.Stream:
    return torch.cuda.Stream(device)


def padded(tensor: Tensor, rows: int) -> Tensor:
    """`tensor` with its last row repeated until there are `rows`, in memory in the order of its axes.

    Kernels are chosen by that order, which `cat` would choose by how many rows are missing.

    >>> padded(torch.tensor([[1, 2], [3, 4]]), 3)
    tensor([[1, 2],
            [3, 4],
            [3, 4]])
    """
    return torch.cat((tensor, tensor[-1:].expand(rows - len(tensor), *tensor.shape[1:]))).contiguous()


def host(tensor: Tensor) -> NDArray[np.float64]:
    """A tensor of any device and precision as a float64 array."""
    return tensor.cpu().double().numpy()
