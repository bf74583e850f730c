"""Trajectories in VOT's binary form, as vot-toolkit writes them by default; numbers are float32 there.

::

    int16 1, uint32 number of frames
    a frame:  uint8 0, uint32 code
              uint8 1, 4 float32 x, y, w, h
              uint8 2, uint16 n, 2n float32 corners
              uint8 3, 2 int16 x, y, 2 uint16 w, h, uint16 n, n uint16 runs
"""

from __future__ import annotations

import struct

from harness.core.errors import BadResults
from harness.core.regions import Region, Regions, Special
from harness.interop.formats.vot_regions import bounded_mask, shape

__all__ = ["decode_binary"]


def decode_binary(data: bytes, where: str) -> Regions:
    """All frames of a file. Raises BadResults with the frame, from 1."""
    reader = _Reader(data)
    frame = 0
    try:
        version, frames = reader.numbers("hI")
        if version != 1:
            raise ValueError(f"version {version}, expected 1")
        regions = []
        while frame < frames:  # as many as there are: what is declared allots nothing
            frame += 1
            regions.append(_region(reader))
        if not reader.ended:
            raise ValueError("more follows")
    except (ValueError, struct.error) as error:
        raise BadResults(f"{where}: no trajectory in VOT's binary form (frame {frame}: {error})") from None
    return Regions.collect(regions)


class _Reader:
    """Numbers in a row of bytes."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    def numbers(self, form: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{form}", self._data, self._place)
        self._place += struct.calcsize(f"<{form}")
        return found

    @property
    def ended(self) -> bool:
        return self._place == len(self._data)


def _region(reader: _Reader) -> Region | Special | None:
    match reader.numbers("B")[0]:
        case 0:
            return Special(reader.numbers("I")[0])
        case 1:
            return shape(reader.numbers("4f"))
        case 2:
            return shape(reader.numbers(f"{2 * reader.numbers('H')[0]}f"))
        case 3:
            x, y, w, h, count = reader.numbers("2h3H")
            return bounded_mask(x, y, w, h, reader.numbers(f"{count}H"))
        case kind:
            raise ValueError(f"a region of type {kind}, expected 0 to 3")
