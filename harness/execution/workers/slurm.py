"""Workers that a Slurm queue starts, through dask-jobqueue."""

from __future__ import annotations

import subprocess
from typing import Any

from harness.core.errors import UsageError

__all__ = ["slurm_jobs"]


def slurm_jobs(jobs: int) -> Any:
    """A scheduler here, and as many jobs in the queue, each handed in again when it ends. Raises UsageError."""
    try:
        import dask  # noqa: PLC0415  an extra
        import dask_jobqueue.slurm  # noqa: PLC0415
    except ImportError:
        raise UsageError("--cluster slurm needs dask-jobqueue: pip install 'harness[cluster]'") from None
    options = {"dashboard_address": ":0", **dask.config.get("jobqueue.slurm.scheduler-options", {})}
    try:
        cluster: Any = dask_jobqueue.slurm.SLURMCluster(scheduler_options=options)
    except (ValueError, TypeError) as error:
        reason = str(error).partition(", for example")[0].splitlines()[0]
        raise UsageError(f"--cluster slurm: {reason}; Dask reads that from ~/.config/dask/jobqueue.yaml") from None
    try:
        _tested(cluster.job_script())
    except UsageError:
        cluster.close()
        raise
    cluster.adapt(minimum_jobs=max(jobs, 1), maximum_jobs=max(jobs, 1))
    return cluster


def _tested(script: str) -> None:
    """Nothing, if Slurm would take such a job. Raises UsageError."""
    try:
        subprocess.run(["sbatch", "--test-only"], input=script, text=True, capture_output=True, check=True)
    except FileNotFoundError:
        raise UsageError("--cluster slurm: there is no sbatch here; start it where jobs are handed in") from None
    except subprocess.CalledProcessError as error:
        raise UsageError(f"--cluster slurm: sbatch takes no such job ({error.stderr.strip()})") from None
