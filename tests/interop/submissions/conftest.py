"""Archives as strangers make them, and sequences they should be of."""

import zipfile

import numpy as np
import pytest

from harness.core.regions import Regions
from harness.core.sequence import GroundTruth, Sequence
from harness.interop.source import Source


@pytest.fixture
def zipped(tmp_path):
    """A zip of these files, as a source."""

    def make(files):
        path = tmp_path / "stranger.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return Source(path)

    return make


@pytest.fixture
def sequence():
    """A sequence of so many frames, of which the first alone has truth."""

    def make(name, frames):
        boxes = np.full((frames, 4), np.nan)
        boxes[0] = [10, 20, 5, 4]
        return Sequence(name, GroundTruth.visible(Regions(boxes)), size=(64, 48))

    return make
