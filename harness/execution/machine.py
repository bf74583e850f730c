"""What computes here, and who else is using it."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

from joblib import cpu_count

__all__ = ["disturbances", "hardware"]

_BUSY = 0.25  # of the processors: a machine with a higher load is not quiet


def hardware(device: str) -> str:
    """The name of what stands behind a tracker's `device`, as far as this machine tells.

    For a processor that is its model with the cores this process may use (and OpenMP's threads, where they are set).
    """
    if device.startswith("cuda"):
        names = _nvidia_smi(device, "--query-gpu=name")
        return names[0] if names else f"{device} of {platform.node()}"
    threads = os.environ.get("OMP_NUM_THREADS")
    limit = f", OMP_NUM_THREADS={threads}" if threads else ""
    name = f"{_processor()} ({cpu_count()} cores{limit})"
    return name if device == "cpu" else f"{device} device beside {name}"


def disturbances(device: str) -> tuple[str, ...]:
    """A line for each thing that would disturb a measurement on `device` now.

    To be asked before this process uses the device itself: inside a container its own number is not the one it has
    outside.
    """
    found = []
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    if load > _BUSY * processors:
        found.append(f"the load of the last minute was {load:.1f} on {processors} processors")
    if device.startswith("cuda"):
        others = _nvidia_smi(device, "--query-compute-apps=process_name")
        if others:
            found.append(f"{device} was in use by {', '.join(sorted({Path(name).name for name in others}))}")
    return tuple(found)


def _nvidia_smi(device: str, query: str) -> list[str]:
    """The lines of its answer on one GPU; none where it is not there or does not know."""
    number = device.partition(":")[2] or "0"
    visible = dict(enumerate(filter(None, os.environ.get("CUDA_VISIBLE_DEVICES", "").split(","))))
    gpu = visible.get(int(number), number) if number.isdigit() else number
    command = ["nvidia-smi", query, "--format=csv,noheader", "-i", gpu]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


def _processor() -> str:
    """The processor's model."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()
