"""harness run --cluster slurm, with a stand-in for Slurm's two commands that runs the job scripts on this machine."""

import os
import time
from pathlib import Path

import pytest

pytest.importorskip("dask_jobqueue", reason="needs the extra 'cluster'")

CONFIG = """
jobqueue:
  slurm:
    cores: 1
    memory: 1GB
    interface: lo
    local-directory: {folder}
    job-extra-directives: ["--gres=gpu:1"]
    worker-extra-args: ["--resources GPU=1"]
"""
SBATCH = """#!/bin/sh
if [ "$1" = --test-only ]; then
    grep -q "#SBATCH --gres=gpu:1" && exit 0
    echo "sbatch: error: no such job" >&2
    exit 1
fi
cp "$1" job.sh
setsid sh job.sh > job.log 2>&1 &
echo $! > job.pid
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
kill -- -"$1"
"""


@pytest.fixture
def slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for dask-jobqueue's settings, and the commands."""
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    config = tmp_path / "config"
    config.mkdir()
    (config / "jobqueue.yaml").write_text(CONFIG.format(folder=tmp_path))
    monkeypatch.setenv("DASK_CONFIG", str(config))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return config


@pytest.fixture
def run(harness, otb_copy):
    words = ["--tracker", "static", "--dataset", "otb100", "--root", otb_copy, "--allow-partial"]
    return lambda code: harness("run", *words, "--cluster", "slurm", code=code)


def test_jobs_are_handed_in_make_the_trials_and_go(slurm, run, tmp_path):
    done = run(0)
    assert done.stderr.count("\n") == 2, done.stderr
    assert "static on otb100: 4 run" in done.stderr
    assert "--resources GPU=1" in (tmp_path / "job.sh").read_text()
    job = Path("/proc", (tmp_path / "job.pid").read_text().strip())
    end = time.monotonic() + 30
    while job.exists():
        assert time.monotonic() < end, "its job still runs"
        time.sleep(0.05)


def test_without_a_jobs_size_there_is_one_line(slurm, run):
    (slurm / "jobqueue.yaml").unlink()
    said = run(2).stderr
    assert said == (
        "harness run: --cluster slurm: You must specify how much cores and memory per job you want to use; "
        "Dask reads that from ~/.config/dask/jobqueue.yaml\n"
    )


def test_a_job_that_slurm_does_not_take_is_one_line(slurm, run):
    config = slurm / "jobqueue.yaml"
    config.write_text(config.read_text().replace("gpu:1", "gpu:9"))
    said = run(2).stderr
    assert said == "harness run: --cluster slurm: sbatch takes no such job (sbatch: error: no such job)\n"


def test_without_slurm_there_is_one_line(slurm, run, monkeypatch):
    monkeypatch.setenv("PATH", str(slurm))
    assert run(2).stderr == "harness run: --cluster slurm: there is no sbatch here; start it where jobs are handed in\n"
