"""Workers of a Dask cluster, on any machines that see the store and the data at the same paths.

A seat is one worker that the scheduler knows. It goes when the worker goes, which is how a death is told here, and
one that joins later, or comes back, gets a seat when it comes. Should Dask itself send a share again, to a worker of
the same address, that leaves out what was in flight (`harness.execution.workers.work`).
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, InvalidStateError
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from harness.core.errors import HarnessError, TrackerError, UsageError
from harness.execution.workers.crew import Crew, Seat
from harness.execution.workers.slurm import slurm_jobs

__all__ = ["ClusterCrew"]

T = TypeVar("T")

_AT_ONCE = 10.0  # seconds for a scheduler to answer at first
_PATIENCE = 300.0  # and to come back
_LOOK = 1.0  # seconds between two looks at who is there
_ALONE = threading.Lock()  # a worker does one thing at a time, however many threads Dask gives it


class ClusterCrew(Crew):
    """The workers of the scheduler at `address`; ``slurm`` starts `workers` jobs as dask-jobqueue is configured.

    Where any worker has Dask's resource ``GPU``, those without sit out. Raises UsageError.
    """

    def __init__(self, address: str, workers: int = 1) -> None:
        try:
            import distributed  # noqa: PLC0415  an extra
        except ImportError:
            raise UsageError("--cluster needs Dask: pip install 'harness[cluster]'") from None
        for name in ("distributed", "distributed.client", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters comes out as an error of ours
        if address != "slurm":
            try:
                distributed.comm.addressing.get_address_host_port(address)
            except ValueError as error:
                raise UsageError(f"--cluster is tcp://HOST:PORT or slurm, found {address!r} ({error})") from None
        self._connect: Any = distributed.Client
        self._cluster = slurm_jobs(workers) if address == "slurm" else None
        self._address = address
        self._client = self._connected(_AT_ONCE)
        self._seats: dict[str, _ClusterSeat] = {}
        self._looked = -_LOOK

    def seats(self) -> list[Seat]:
        """One for each worker; waits while there is none. Raises HarnessError where none comes, or no scheduler."""
        began = time.monotonic()
        self.look()
        while not self._seats:
            if self._cluster is None and time.monotonic() - began > _PATIENCE:
                raise HarnessError(
                    f"no worker at {self._address} for {_PATIENCE:.0f} s: start some, as dask worker {self._address}, "
                    "and run again"
                )
            time.sleep(_LOOK)
            self.look()
        return list(self._seats.values())

    def submit(self, worker: str, resources: dict[str, int], function: Callable[..., T], *arguments: object) -> Any:
        """A future of Dask's, which takes up `resources` of a worker's."""
        place = str(Path.cwd()), [path for path in sys.path if path]
        return self._client.submit(
            _there, *place, function, arguments, pure=False, workers=[worker], resources=resources or None
        )

    def reconnect(self) -> None:
        """Find the scheduler again, if it was lost. Raises HarnessError where it does not come back."""
        if self._client.status == "running":
            return
        self._client.close(timeout=1)
        while self._seats:
            self._seats.popitem()[1].lose("the scheduler was lost")
        try:
            self._client = self._connected(_PATIENCE)
        except UsageError as error:
            raise HarnessError(f"the scheduler was lost; {error}. What is finished is kept: run again") from None

    def close(self, kill: bool = False) -> None:
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()

    def look(self) -> None:
        """Who is there now, if that was not asked just before. Raises HarnessError."""
        self.reconnect()
        if time.monotonic() - self._looked < _LOOK:
            return
        self._looked = time.monotonic()
        there = _fit(self._client.scheduler_info(n_workers=-1)["workers"])
        for address in self._seats.keys() - there.keys():
            self._seats.pop(address).lose(f"worker {address} is gone")
        for address in there.keys() - self._seats.keys():
            self._seats[address] = _ClusterSeat(self, address, there[address])

    def _connected(self, patience: float) -> Any:
        until = time.monotonic() + patience
        while True:
            try:
                return self._connect(self._cluster or self._address, timeout=max(until - time.monotonic(), 1.0))
            except (TypeError, ValueError) as error:  # as of TLS that Dask is not told how to speak
                raise UsageError(f"--cluster {self._address}: {error}") from None
            except OSError:
                if time.monotonic() > until:
                    raise UsageError(
                        f"--cluster {self._address}: no Dask scheduler answers there within {patience:.0f} s"
                    ) from None
                time.sleep(_LOOK)


class _ClusterSeat(Seat):
    """One worker, and what is taken up there by what it is sent."""

    def __init__(self, crew: ClusterCrew, address: str, resources: dict[str, int]) -> None:
        self._crew, self._address, self._resources = crew, address, resources
        self._sent = _Sent[Any](crew.look)

    def send(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        self._sent = sent = _Sent[T](self._crew.look)
        self._theirs = self._crew.submit(self._address, self._resources, function, *arguments)  # kept, or Dask drops it
        self._theirs.add_done_callback(sent.end)
        return sent

    def lose(self, why: str) -> None:
        """The worker is gone, and with it what it was sent."""
        self._sent.lose(why)

    def renew(self) -> None:
        self._crew.reconnect()


class _Sent(Future[T]):
    """What a seat was sent; whoever waits for it has an eye on the worker."""

    def __init__(self, look: Callable[[], None]) -> None:
        super().__init__()
        self._look = look

    def result(self, timeout: float | None = None) -> T:
        while timeout is None and not self.done():
            with suppress(TimeoutError):
                return super().result(_LOOK)
            self._look()
        return super().result(timeout)

    def end(self, theirs: Any) -> None:
        """As Dask's future ended; what Dask lost, its worker lost."""
        error = theirs.exception() if theirs.status == "error" else None
        if theirs.status not in ("finished", "error") or type(error).__name__ == "KilledWorker":
            self.lose(f"the cluster lost it: {error or theirs.status}")
            return
        with suppress(InvalidStateError):  # lost before
            if error is None:
                self.set_result(theirs.result())
            else:
                self.set_exception(error)

    def lose(self, why: str) -> None:
        with suppress(InvalidStateError):  # it has ended before
            self.set_exception(BrokenExecutor(why))


def _fit(workers: dict[str, Any]) -> dict[str, dict[str, int]]:
    """The workers that are to be given work, by address, and the resources that it takes there.

    >>> _fit({"a": {"resources": {"GPU": 1.0}}, "b": {"resources": {}}}), _fit({"b": {"resources": {}}})
    ({'a': {'GPU': 1}}, {'b': {}})
    """
    gpus = {address: {"GPU": 1} for address, worker in workers.items() if worker["resources"].get("GPU", 0) >= 1}
    return gpus or {address: {} for address in workers}


def _there(folder: str, path: list[str], function: Callable[..., T], arguments: tuple[object, ...]) -> T:
    """Do it as if in the head's folder, with what the head can import. Raises TrackerError where there is no such."""
    with _ALONE:
        try:
            os.chdir(folder)
        except OSError as error:
            raise TrackerError(f"a worker of the cluster cannot enter {folder} ({error.strerror})") from None
        sys.path += [entry for entry in path if entry not in sys.path]
        return function(*arguments)
