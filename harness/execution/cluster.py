"""Workers of a Dask cluster, on any machines that see the store and the data at the same paths.

Dask itself sends work again whose worker died; a share that arrives a second time leaves out what was in flight
(`harness.execution.work`), so nothing is made twice and nothing kills worker after worker. Workers that join later
are given seats when they come.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from typing import Any, TypeVar

from harness.core.errors import UsageError
from harness.execution.crew import Crew, Seat

__all__ = ["ClusterCrew"]

T = TypeVar("T")

_PATIENCE = 300.0  # seconds for a scheduler, or a first worker, to come back
_LOOK = 2.0  # seconds between two looks at who is there


class ClusterCrew(Crew):
    """The workers of the scheduler at `address`; ``slurm`` starts `workers` jobs as dask-jobqueue is configured."""

    def __init__(self, address: str, workers: int) -> None:
        try:
            import distributed  # noqa: PLC0415  an extra
        except ImportError:
            raise UsageError("--cluster needs Dask: pip install 'harness[cluster]'") from None
        client: Any = distributed.Client
        self._client_class, self._cluster = client, _slurm(workers) if address == "slurm" else None
        self._address: Any = self._cluster or address
        self._client: Any = self._connected(30.0)
        self._seats: list[Seat] = []
        self._looked = -_LOOK

    def seats(self) -> list[Seat]:
        if time.monotonic() - self._looked >= _LOOK:
            self._looked = time.monotonic()
            workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
            gpus = any(worker["resources"].get("GPU") for worker in workers)
            while len(self._seats) < max(len(workers), 1):
                self._seats.append(_ClusterSeat(self, {"GPU": 1} if gpus else {}))
        return list(self._seats)

    def submit(self, resources: dict[str, float], function: Callable[..., T], arguments: tuple[object, ...]) -> Any:
        """A future of Dask's."""
        place = str(Path.cwd()), [path for path in sys.path if path]
        return self._client.submit(_there, *place, function, arguments, pure=False, resources=resources or None)

    def reconnect(self) -> None:
        """After work was lost: nothing to do where the scheduler is still there. Raises UsageError."""
        if self._client.status == "running":
            return
        self._client.close(timeout=1)
        self._client = self._connected(_PATIENCE)

    def close(self, kill: bool = False) -> None:
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()

    def _connected(self, patience: float) -> Any:
        until, client = time.monotonic() + patience, self._client_class
        while True:
            try:
                return client(self._address, timeout=max(until - time.monotonic(), 1.0))
            except (OSError, ValueError) as error:
                if time.monotonic() > until or isinstance(error, ValueError):
                    raise UsageError(f"--cluster {self._address}: no scheduler answers there ({error})") from None
                time.sleep(1.0)


class _ClusterSeat(Seat):
    """Room for one share of work on any worker."""

    def __init__(self, crew: ClusterCrew, resources: dict[str, float]) -> None:
        self._crew, self._resources = crew, resources

    def send(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        ours: Future[T] = Future()
        ours.set_running_or_notify_cancel()
        self._theirs = self._crew.submit(self._resources, function, arguments)  # Dask drops what nobody holds
        self._theirs.add_done_callback(lambda theirs: _pass_on(theirs, ours))
        return ours

    def renew(self) -> None:
        self._crew.reconnect()


def _pass_on(theirs: Any, ours: Future[Any]) -> None:
    """A Dask future's end as one of the standard library's; what Dask lost is a worker's death."""
    if theirs.status == "finished":
        ours.set_result(theirs.result())
        return
    error = theirs.exception() if theirs.status == "error" else None
    if error is None or type(error).__name__ == "KilledWorker":
        error = BrokenExecutor(f"the cluster lost it: {error or theirs.status}")
    ours.set_exception(error)


def _there(folder: str, path: list[str], function: Callable[..., T], arguments: tuple[object, ...]) -> T:
    """Do it as if in the head's folder, with what the head can import."""
    os.chdir(folder)
    sys.path += [entry for entry in path if entry not in sys.path]
    return function(*arguments)


def _slurm(jobs: int) -> Any:
    try:
        import dask_jobqueue.slurm  # noqa: PLC0415  an extra
    except ImportError:
        raise UsageError("--cluster slurm needs dask-jobqueue: pip install 'harness[cluster]'") from None
    try:
        cluster: Any = dask_jobqueue.slurm.SLURMCluster()
    except (ValueError, TypeError) as error:
        raise UsageError(f"--cluster slurm: {error}; write it into Dask's jobqueue.yaml") from None
    cluster.scale(jobs=max(jobs, 1))
    return cluster
