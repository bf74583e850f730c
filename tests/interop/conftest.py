"""A small benchmark in memory, and trackers' answers on it as a toolkit would leave them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from harness.core.regions import Regions
from harness.core.sequence import Dataset, GroundTruth, Sequence
from harness.interop.arrivals import Benchmark
from harness.store.results import ResultStore

NAMES = ("CarDark", "Human4.2", "Jogging.1", "Jogging.2")


def truth(name: str) -> NDArray[np.float64]:
    """Whole numbers, as OTB's are, of a target that moves."""
    start = 10 * NAMES.index(name)
    return np.array([[start + step, start + 2 * step, 30, 20] for step in range(12)], float)


@pytest.fixture
def dataset() -> Dataset:
    def opened(name: str) -> Sequence:
        return Sequence(name, GroundTruth.visible(Regions(truth(name))), size=(320, 240))

    return Dataset("otb100", NAMES, NAMES, opened, "somewhere")


@pytest.fixture
def benchmark(dataset) -> Benchmark:
    return Benchmark(dataset)


@pytest.fixture
def answers() -> dict[str, NDArray[np.float64]]:
    """The first box, then ones that are off by less than a pixel; xywh from 0."""
    rng = np.random.default_rng(3)
    off = {name: rng.uniform(0.1, 0.9, (12, 4)).round(3) for name in NAMES}
    return {name: truth(name) + np.vstack([np.zeros(4), off[name][1:]]) for name in NAMES}


@pytest.fixture
def folder(tmp_path) -> Callable[..., Path]:
    """A folder that holds these texts."""

    def write(files: Mapping[str, str | bytes], name: str = "SiamX") -> Path:
        for file, content in files.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / name

    return write


@pytest.fixture
def store(tmp_path) -> ResultStore:
    return ResultStore(tmp_path / "results")
