"""harness speed as typed: what it prints, keeps and refuses."""

import json
import re

import pytest

from harness.cli.main import main

SLOW = """
import harness

class Slow(harness.Tracker):
    def start(self, frames, targets, seeds):
        if targets[0].w != 14:
            raise ValueError("a strange target")
        return [harness.Track()]

    def update(self, tracks, frames):
        return [harness.Prediction(None)]
"""


@pytest.fixture
def speed(harness, otb_copy, tmp_path):
    (tmp_path / "slow.py").write_text(SLOW)

    def call(*words, tracker="./slow.py:Slow", code=0):
        return harness("speed", "--tracker", tracker, "--dataset", "otb100", "--root", otb_copy, *words, code=code)

    return call


def test_the_figures_are_printed_and_kept(speed, tmp_path):
    done = speed("--subset", 2, "--frames", 5)
    first, *lines, last = done.stdout.splitlines()
    assert first.startswith("Slow on otb100: 2 sequences, 10 frames; ")
    found = [re.fullmatch(r" *(an update|a first frame|FPS|) +([\d.]+) (ms|updates|as) .*", line) for line in lines]
    assert [line[1] for line in found] == ["an update", "a first frame", "FPS", "", "", ""]
    assert all(float(line[2]) > 0 for line in found[2:])
    assert last == "kept in results/otb100/one_pass/Slow/latency.npz"
    assert (tmp_path / "results/otb100/one_pass/Slow/latency.npz").is_file()


def test_json_has_them_with_their_conditions(speed):
    done = speed("--sequences", "deer", "--json", "--label", "mine", "--quiet")
    document = json.loads(done.stdout)
    assert (document["label"], document["sequences"], document["frames"]) == ("mine", 1, 71)
    assert {"fps", "fps_got10k", "fps_pytracking", "fps_vot", "latency_p50", "latency_p95", "start_p50"} <= set(
        document
    )
    assert 0 < document["latency_p50"] <= document["latency_p95"]
    under = document["conditions"]
    assert under["identity"] == {"tracker": "./slow.py:Slow", "settings": {}}
    assert (under["device"], under["precision"], under["warm_up"]) == ("cpu", "float32", 20)
    assert "numpy" in under["invocation"]["environment"]["packages"]


def test_a_report_shows_it_and_a_label_is_one_trackers(speed, harness, otb_copy):
    harness("run", "--tracker", "./slow.py:Slow", "--dataset", "otb100", "--root", otb_copy, "--subset", 2, code=0)
    speed("--subset", 1)
    done = harness("report", "--allow-partial", "--formats", "csv", code=0)
    assert "p50 (ms)" in done.stdout
    assert "Slow: speed: measured by harness speed on " in done.stdout
    other = speed("--label", "Slow", tracker="static", code=1)
    assert "harness speed: label 'Slow' in " in other.stderr


def test_a_sequence_that_fails_is_named_and_the_others_are_measured(speed, otb_copy):
    truth = otb_copy / "Deer" / "groundtruth_rect.txt"
    truth.write_text(truth.read_text().replace(",14,14", ",15,15"))
    done = speed(code=1)
    assert "harness speed: Deer: the tracker's start() raised ValueError: a strange target\n" in done.stderr
    assert "Slow on otb100: 3 sequences" in done.stdout
    nothing = speed("--sequences", "deer", code=1)
    assert "nothing was measured: Slow failed on every sequence of otb100" in nothing.stderr
    assert "Traceback" not in done.stderr + nothing.stderr


def test_what_cannot_be_kept_is_printed_all_the_same(speed, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "otb100").touch()
    done = speed("--subset", 1, "--frames", 3, code=1)
    assert done.stdout.startswith("Slow on otb100: 1 sequence, 3 frames; ")
    assert "kept in" not in done.stdout
    assert "latency.npz: cannot be written (Not a directory)" in done.stderr


@pytest.fixture
def refused(otb_copy, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(tracker, *words):
        assert main(["speed", "--tracker", tracker, "--dataset", "otb100", "--root", str(otb_copy), *words]) == 2
        assert not (tmp_path / "results").exists()
        return capsys.readouterr().err

    return call


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["kcf,static"], "--tracker kcf,static: latency is measured of one"),
        (["static", "--dataset", "lasot"], "--dataset otb100,lasot: latency is measured of one"),
        (["static", "--frames", "1"], "--frames is at least 2, a start and an update; found 1"),
        (["static", "--device", "cuda:0"], "--device cuda:0: static computes on cpu"),
        (["kcf", "--set", "scales"], "--set 'scales': expected KEY=VALUE"),
    ],
)
def test_what_is_refused(refused, words, message):
    assert message in refused(*words)
