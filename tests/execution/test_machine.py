"""What is said of the machine, with a load and an `nvidia-smi` of our own."""

import os
import stat

import pytest
from joblib import cpu_count

from harness.execution.machine import disturbances, hardware

SMI = """#!/bin/sh
case "$*" in
  *" -i 0") name="NVIDIA A"; apps="/usr/bin/python3
/usr/bin/python3
/opt/train" ;;
  *" -i GPU-2") name="NVIDIA B"; apps="" ;;
  *) echo "No devices were found"; exit 6 ;;
esac
case "$1" in
  --query-gpu=name) echo "$name" ;;
  --query-compute-apps=process_name) echo "$apps" ;;
esac
"""


@pytest.fixture
def nvidia_smi(tmp_path, monkeypatch):
    path = tmp_path / "nvidia-smi"
    path.write_text(SMI)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


@pytest.fixture
def load(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    return lambda value: monkeypatch.setattr(os, "getloadavg", lambda: (value, 0.0, 0.0))


def test_a_processor_is_named_with_what_may_be_used_of_it(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    plain = hardware("cpu")
    assert plain.endswith(f"({cpu_count()} cores)")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert hardware("cpu") == plain.replace("cores)", "cores, OMP_NUM_THREADS=1)")
    assert hardware("unknown") == f"unknown device beside {hardware('cpu')}"


def test_a_gpu_is_named_by_its_driver(nvidia_smi, monkeypatch):
    assert hardware("cuda:0") == hardware("cuda") == "NVIDIA A"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-2,0")
    assert (hardware("cuda:0"), hardware("cuda:1")) == ("NVIDIA B", "NVIDIA A")


def test_a_gpu_nobody_knows_is_named_by_its_machine(nvidia_smi, monkeypatch):
    assert hardware("cuda:7").startswith("cuda:7 of ")
    assert hardware("cuda:x").startswith("cuda:x of ")
    monkeypatch.setenv("PATH", "")
    assert hardware("cuda:0").startswith("cuda:0 of ")


def test_a_quiet_machine_disturbs_nothing(load, nvidia_smi, monkeypatch):
    load(1.9)
    assert disturbances("cpu") == ()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-2")
    assert disturbances("cuda:0") == ()
    assert disturbances("cuda:3") == ()


def test_others_are_told(load, nvidia_smi):
    load(2.1)
    busy = "the load of the last minute was 2.1 on 8 processors"
    assert disturbances("cpu") == (busy,)
    assert disturbances("cuda:0") == (busy, "cuda:0 was in use by python3, train")
