"""The results folder: one trial is a trajectory's files and, written last, the sidecar that commits it.

::

    results/<dataset>/<protocol>/<label>/
        run.json                    who ran, how, where
        <trial>.txt                 regions          (formats.py)
        <trial>/00000.png, …        or, where these are labels, an image a frame
        <trial>_confidence.txt      where the tracker gives any
        <trial>_time.txt            seconds a frame, where they are known
        <trial>_soft.npz            soft masks, where the tracker gives any and they are to be merged
        <trial>.json                the sidecar: RunRecord

Every file is written beside and moved into place, so none is ever half there; a trajectory without its
sidecar does not exist.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from harness.core.errors import DamagedResult, LabelTaken
from harness.core.record import Fingerprints, RunKey, RunRecord, TrialKey
from harness.core.regions import Labels, Regions
from harness.core.trajectory import Trajectory
from harness.store.formats import decode_numbers, decode_regions, encode_numbers, encode_regions
from harness.store.label_images import decode_labels, encode_labels, label_image_name
from harness.store.soft_masks import decode_soft, encode_soft
from harness.store.whole import not_writable, write_whole

__all__ = ["Files", "ResultStore", "State"]

Decoded = TypeVar("Decoded")

_TIME, _CONFIDENCE, _SOFT = "time.txt", "confidence.txt", "soft.npz"

_ABANDONED = 3600.0  # seconds

Files: TypeAlias = tuple[tuple[Path, bytes], ...]
State: TypeAlias = Literal["missing", "failed", "damaged", "stale", "done"]


class ResultStore:
    """Trials on disk under `root`; the folder need not exist until something is saved.

    Each is flushed to the disk as it is committed, unless it is not `flushing`: then `flush` does that for all, and a
    machine that dies before may leave damaged ones. That is for what can be made again at once.
    """

    def __init__(self, root: Path, *, flushing: bool = True) -> None:
        self.root, self._flushing = root, flushing
        self._folders: dict[RunKey, Path] = {}

    # What is there

    def runs(self) -> list[RunKey]:
        """Every run that left something, sorted."""
        found = sorted(self.root.glob("*/*/*/run.json"))
        return [RunKey(*path.parent.relative_to(self.root).parts) for path in found]

    def trials(self, run: RunKey) -> list[TrialKey]:
        """The trials with a sidecar, done or failed."""
        sidecars = sorted(self.folder(run).glob("*.json"))
        return [TrialKey(run, path.stem) for path in sidecars if path.name != "run.json"]

    def state(self, key: TrialKey, now: Fingerprints) -> State:
        """Whether a trial is done, and would come out the same today; looks into the files."""
        try:
            record = self.record(key)
            if record is None:
                return "missing"
            if not record.done:
                return "failed"
            for name in record.files:
                self._read(key, record, name)
        except DamagedResult:
            return "damaged"
        return "done" if record.fingerprints == now else "stale"

    def record(self, key: TrialKey) -> RunRecord | None:
        """The sidecar, None where there is none. Raises DamagedResult for one that cannot be read."""
        path = self._sidecar(key)
        try:
            return _records().validate_json(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise DamagedResult(f"{path}: {error.strerror}") from None
        except ValidationError as error:
            first = error.errors()[0]
            raise DamagedResult(f"{path}: not a sidecar ({'.'.join(map(str, first['loc']))}: {first['msg']})") from None

    def stamp(self, key: TrialKey) -> int | None:
        """A number that changes when a trial's sidecar is written anew; None where there is none."""
        try:
            return self._sidecar(key).stat().st_mtime_ns
        except OSError:
            return None

    def stamps(self, run: RunKey) -> dict[str, int]:
        """The stamps of all trials with a sidecar."""
        return {key.trial: stamp for key in self.trials(run) if (stamp := self.stamp(key)) is not None}

    def regions(self, key: TrialKey, record: RunRecord) -> Regions:
        """A done trial's regions. Raises DamagedResult where they are not what the sidecar says."""
        return self._regions(key, record)[0]

    def trajectory(self, key: TrialKey, record: RunRecord) -> Trajectory:
        """A done trial, whole. Raises DamagedResult."""
        files = {kind: f"{key.trial}_{kind}" for kind in (_TIME, _CONFIDENCE, _SOFT)}
        there = {kind for kind, name in files.items() if name in record.files}
        regions, size = self._regions(key, record)
        nothing = np.full(len(regions), np.nan)
        return Trajectory(
            regions,
            self._numbers(key, record, files[_CONFIDENCE]) if _CONFIDENCE in there else nothing,
            self._numbers(key, record, files[_TIME]) if _TIME in there else nothing,
            shared=record.seconds is None or record.seconds.shared,
            soft=self._decoded(key, record, files[_SOFT], decode_soft) if _SOFT in there else (),
            size=size,
        )

    # What is added

    def claim(self, run: RunKey, identity: Mapping[str, Any]) -> dict[str, Any] | None:
        """The run's description so far. Raises LabelTaken where its label holds another one's results."""
        before = self.description(run)
        plain = json.loads(json.dumps(identity))
        if before is not None and before["identity"] != plain:
            raise LabelTaken(
                f"label {run.label!r} in {self.folder(run)} holds {_spell(before['identity'])}, "
                f"not {_spell(plain)}: choose another label, or delete that folder"
            )
        return before

    def open_run(self, run: RunKey, identity: Mapping[str, Any], invocation: Mapping[str, Any]) -> None:
        """Write down who is about to run, before anything does.

        `identity` (tracker and settings) must be the label's own: raises LabelTaken where it holds another
        one's results. `invocation` (command line, environment) is appended to those before it. Raises
        NotWritable.
        """
        before = self.claim(run, identity)
        for part in self.folder(run).glob(".*.part"):  # of a process that was killed
            with suppress(OSError):
                if time.time() - part.stat().st_mtime > _ABANDONED:
                    part.unlink()
        invocations = [*(before or {}).get("invocations", []), dict(invocation)]
        document = {"version": 1, "identity": identity, "invocations": invocations}
        write_whole((self.folder(run) / "run.json", json.dumps(document, indent=1).encode()))

    def description(self, run: RunKey) -> dict[str, Any] | None:
        """``run.json``, None where there is none. Raises DamagedResult."""
        path = self.folder(run) / "run.json"
        try:
            document = json.loads(path.read_bytes())
            return {"identity": dict(document["identity"]), "invocations": list(document["invocations"])}
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise DamagedResult(f"{path}: {error.strerror}") from None
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedResult(f"{path}: not a run's description ({error}); delete the folder to start anew") from None

    def save(self, key: TrialKey, record: RunRecord, trajectory: Trajectory) -> None:
        """Commit a done trial: its files, then its sidecar. Raises NotWritable; then nothing was committed."""
        self.write(key, self.encoded(key, record, trajectory))

    def encoded(self, key: TrialKey, record: RunRecord, trajectory: Trajectory) -> Files:
        """What `save` writes."""
        data = _contents(key.trial, trajectory)
        sums = {name: hashlib.sha256(content).hexdigest() for name, content in data.items()}
        record = replace(record, rows=len(trajectory), misses=trajectory.misses, files=sums)
        folder = self.folder(key.run)
        return (*((folder / name, content) for name, content in data.items()), self._committing(key, record))

    def write(self, key: TrialKey, files: Files) -> None:
        """Commit a trial that is `encoded`. Raises NotWritable; then nothing was committed."""
        self.withdraw(key)
        write_whole(*files, flush=self._flushing)

    def withdraw(self, key: TrialKey) -> None:
        """Take a trial back, if there is one: no moment has its sidecar beside files that are not its own.

        Raises NotWritable.
        """
        images = self.folder(key.run) / key.trial
        try:
            self._sidecar(key).unlink(missing_ok=True)
            if images.is_dir():
                shutil.rmtree(images)
        except OSError as error:
            raise not_writable(self._sidecar(key), error) from None

    def fail(self, key: TrialKey, record: RunRecord) -> None:
        """Commit a failed trial: its reason, and nothing to be scored."""
        write_whole(self._committing(key, record), flush=self._flushing)

    def flush(self) -> None:
        """Have the system write all that is on its way to its disks."""
        os.sync()

    # How

    def folder(self, run: RunKey) -> Path:
        if run not in self._folders:
            self._folders[run] = self.root / run.dataset / run.protocol / run.label
        return self._folders[run]

    def _sidecar(self, key: TrialKey) -> Path:
        return self.folder(key.run) / f"{key.trial}.json"

    def _committing(self, key: TrialKey, record: RunRecord) -> tuple[Path, bytes]:
        """The sidecar, as it is to be written."""
        return self._sidecar(key), _records().dump_json(record, indent=1)

    def _regions(self, key: TrialKey, record: RunRecord) -> tuple[Regions, tuple[int, int] | None]:
        """The regions of all frames, and of labels the (width, height) of their images."""
        if label_image_name(key.trial, 0) in record.files:
            names = [label_image_name(key.trial, frame) for frame in range(record.rows)]
            labels, sizes = zip(*(self._decoded(key, record, name, decode_labels) for name in names), strict=True)
            return Regions.collect(labels), sizes[0]
        name = f"{key.trial}.txt"
        regions = self._decoded(key, record, name, lambda data: decode_regions(data.decode()))
        if len(regions) != record.rows:
            raise DamagedResult(f"{self.folder(key.run) / name}: expected {record.rows} rows, found {len(regions)}")
        return regions, None

    def _numbers(self, key: TrialKey, record: RunRecord, name: str) -> NDArray[np.float64]:
        return self._decoded(key, record, name, lambda data: decode_numbers(data.decode()))

    def _decoded(self, key: TrialKey, record: RunRecord, name: str, decode: Callable[[bytes], Decoded]) -> Decoded:
        """What one of a trial's files holds. Raises DamagedResult where that cannot be read."""
        try:
            return decode(self._read(key, record, name))
        except ValueError as error:
            raise DamagedResult(f"{self.folder(key.run) / name}: {error}") from None

    def _read(self, key: TrialKey, record: RunRecord, name: str) -> bytes:
        """One of a trial's files, with the checksum its sidecar gives."""
        path = self.folder(key.run) / name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DamagedResult(f"{path}: {error.strerror}; run again to replace it") from None
        if hashlib.sha256(content).hexdigest() != record.files.get(name):
            raise DamagedResult(f"{path}: not as it was written (checksum); run again to replace it")
        return content


def _contents(trial: str, trajectory: Trajectory) -> dict[str, bytes]:
    """The files that hold a trajectory, by name."""
    regions = trajectory.regions
    files: dict[str, bytes] = {}
    if not regions.all_boxes and any(isinstance(region, Labels) for region in regions):
        if trajectory.size is None:
            raise ValueError("labels are stored as images, of a size that their trajectory must know")
        images = enumerate(encode_labels(region, trajectory.size) for region in regions)
        files |= {label_image_name(trial, frame): image for frame, image in images}
    else:
        files[f"{trial}.txt"] = encode_regions(regions).encode()
    for kind, numbers in ((_TIME, trajectory.seconds), (_CONFIDENCE, trajectory.confidences)):
        if not np.isnan(numbers).all():
            files[f"{trial}_{kind}"] = encode_numbers(numbers).encode()
    if trajectory.soft:
        files[f"{trial}_{_SOFT}"] = encode_soft(trajectory.soft)
    return files


@cache
def _records() -> TypeAdapter[RunRecord]:
    return TypeAdapter(RunRecord)


def _spell(identity: Mapping[str, Any]) -> str:
    settings = ", ".join(f"{name}={value}" for name, value in identity.get("settings", {}).items())
    more = "".join(f", {name} {value}" for name, value in identity.items() if name not in ("tracker", "settings"))
    return f"{identity.get('tracker')}({settings}){more}"
