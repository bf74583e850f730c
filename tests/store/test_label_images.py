"""Labels as images: any PNG reader finds the numbers, the store finds what it saved, and all of it or nothing."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from harness import Box, Labels, Mask, SoftMask, Trajectory
from harness.core.errors import DamagedResult, NotWritable
from harness.core.palette import PALETTE
from harness.core.record import Fingerprints
from harness.core.regions import Regions
from harness.core.soft_masks import PackedSoftMask
from harness.store.label_images import decode_labels, encode_labels
from harness.store.soft_masks import decode_soft, encode_soft

NOW = Fingerprints("tracker", "sequence", "protocol")
IDS = np.array([[0, 1, 1], [0, 2, 7]], np.uint8)


@given(arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 254)))
def test_labels_come_back(ids):
    labels, size = Labels.encode(ids), ids.shape[::-1]
    data = encode_labels(labels, size)
    assert decode_labels(data) == (labels if ids.any() else None, size)
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(np.asarray(image), ids)
        assert (image.mode, bytes(image.getpalette())) == ("P", PALETTE)


def test_nothing_is_an_image_of_background():
    assert encode_labels(None, (3, 2)) == encode_labels(Labels(()), (3, 2))


@pytest.mark.parametrize("other", [Box(1, 2, 3, 4), Mask(0, 0, 0, 0, ())])
def test_other_regions_are_no_labels(other):
    with pytest.raises(ValueError, match="all are labels or nothing, found"):
        encode_labels(other, (3, 2))


def png(mode: str) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (3, 2)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("junk", [b"", b"junk", encode_labels(None, (99, 99))[:-30], png("RGB"), png("L")])
def test_junk_is_no_label_image(junk):
    with pytest.raises(ValueError, match=r"not a PNG|expected an indexed PNG"):
        decode_labels(junk)


# Soft masks

SOFT = (None, PackedSoftMask.pack(SoftMask(1, 0, np.array([[0.5, 1]], np.float32)), 3, 2), None)


def test_soft_masks_come_back():
    assert decode_soft(encode_soft(SOFT)) == SOFT
    assert decode_soft(encode_soft(())) == ()
    assert encode_soft(SOFT) == encode_soft(SOFT)


@pytest.mark.parametrize("junk", [b"", b"junk", b"PK\3\4", encode_soft(SOFT)[:-9]])
def test_junk_is_no_file_of_soft_masks(junk):
    with pytest.raises(ValueError, match=r"not a file of soft masks|pickled"):
        decode_soft(junk)


# In the store


@pytest.fixture
def labels() -> Trajectory:
    regions = Regions.collect([Labels.encode(IDS), None, Labels.encode(IDS[::-1])])
    return Trajectory(regions, np.full(3, np.nan), np.array([0.5, 0.25, 0.25]), size=(3, 2))


def test_a_trajectory_of_labels_is_a_folder_of_images(store, key, record, labels):
    store.save(key, record, labels)
    names = [f"Jogging.1/{number:05d}.png" for number in range(3)]
    stored = store.record(key)
    assert sorted(stored.files) == [*names, "Jogging.1_time.txt"]
    assert (stored.rows, stored.misses) == (3, 1)
    for name, expected in zip(names, (IDS, 0 * IDS, IDS[::-1]), strict=True):
        with Image.open(store.folder(key.run) / name) as image:
            np.testing.assert_array_equal(np.asarray(image), expected)
    back = store.trajectory(key, stored)
    assert back.regions == labels.regions == store.regions(key, stored)
    assert (back.size, back.soft) == ((3, 2), ())
    assert store.state(key, NOW) == "done"
    assert store.trials(key.run) == [key]


def test_without_the_images_size_labels_cannot_be_stored(store, key, record, labels):
    with pytest.raises(ValueError, match="of a size that their trajectory must know"):
        store.save(key, record, replace(labels, size=None))
    assert store.state(key, NOW) == "missing"


def test_soft_masks_lie_beside_the_regions(store, key, record):
    regions = Regions.collect([Mask.encode(IDS), Mask.encode(IDS), None])
    store.save(key, record, Trajectory(regions, np.full(3, np.nan), np.zeros(3), soft=SOFT))
    stored = store.record(key)
    assert set(stored.files) == {"Jogging.1.txt", "Jogging.1_time.txt", "Jogging.1_soft.npz"}
    back = store.trajectory(key, stored)
    assert (back.soft, back.regions, back.size) == (SOFT, regions, None)


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"junk")])
def test_damage_to_an_image_is_noticed(store, key, record, labels, damage):
    store.save(key, record, labels)
    damage(store.folder(key.run) / "Jogging.1" / "00001.png")
    assert store.state(key, NOW) == "damaged"
    with pytest.raises(DamagedResult, match=r"Jogging\.1/00001\.png: .*; run again to replace it"):
        store.regions(key, store.record(key))


@pytest.mark.parametrize("count", range(5))
def test_labels_saved_in_part_are_no_result(store, key, record, labels, count):
    store.save(key, record, labels)
    moved, move = [], Path.replace

    def full(self, target):
        moved.append(target)
        if len(moved) > count:
            raise OSError(28, "No space left on device")
        return move(self, target)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(NotWritable):
        patch.setattr(Path, "replace", full)
        store.save(key, record, labels)
    assert store.state(key, NOW) == "missing"


def test_of_a_longer_or_another_result_nothing_is_left(store, key, record, labels, save):
    store.save(key, record, labels)
    folder = store.folder(key.run) / "Jogging.1"
    (folder / "00003.png").write_bytes(b"of an older and longer one")
    store.save(key, record, labels)
    assert len(list(folder.iterdir())) == 3
    save()  # of boxes
    assert not folder.exists()
    assert store.state(key, NOW) == "done"


def test_what_is_withdrawn_is_missing(store, key, record, labels):
    store.withdraw(key)  # there is nothing yet
    store.save(key, record, labels)
    store.withdraw(key)
    assert store.state(key, NOW) == "missing"
    assert store.record(key) is None
