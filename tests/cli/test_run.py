"""harness run, as a user meets it."""

import json
from pathlib import Path

import pytest

from harness.core.record import RunKey
from harness.store.results import ResultStore

BROKEN = {
    "raises": "raise RuntimeError('out of cheese')",
    "wrong_type": "return [(1, 2, 3, 4) for _ in tracks]",
    "wrong_length": "return [harness.Prediction((1, 2, 3)) for _ in tracks]",
}
TRACKER = """
import harness

class Mine(harness.Tracker):
    def start(self, frames, targets, seeds):
        return [harness.Track() for _ in frames]

    def update(self, tracks, frames):
        {update}
"""


def run(harness, root, *words, code=0):
    return harness("run", "--dataset", "otb100", "--root", root, "--allow-partial", *words, code=code)


def folder(tmp_path: Path, label: str) -> Path:
    return tmp_path / "results" / "otb100" / "one_pass" / label


def test_trajectories_land_on_disk(harness, otb_copy, tmp_path):
    done = run(harness, otb_copy, "--tracker", "static", "--tracker", "scripted")
    assert "static on otb100: 4 run" in done.stderr
    assert done.stdout == ""
    store = ResultStore(tmp_path / "results")
    for label in ("static", "scripted"):
        keys = store.trials(RunKey("otb100", "one_pass", label))
        assert [key.trial for key in keys] == ["Bird2", "Deer", "Football1", "Skiing"]
    text = (folder(tmp_path, "static") / "Deer.txt").read_text().splitlines()
    assert len(text) == 71
    assert set(text) == {"24,16,14,14"}


def test_what_is_done_is_not_done_again(harness, otb_copy, tmp_path):
    run(harness, otb_copy, "--tracker", "static")
    before = {path: path.stat().st_mtime_ns for path in folder(tmp_path, "static").glob("*[!n].*")}
    before.pop(folder(tmp_path, "static") / "run.json", None)
    (folder(tmp_path, "static") / "Deer.json").unlink()
    done = run(harness, otb_copy, "--tracker", "static")
    assert "1 to run, 3 done before" in done.stderr
    after = {path: path.stat().st_mtime_ns for path in before}
    assert {path.stem.removesuffix("_time") for path in before if after[path] != before[path]} == {"Deer"}


def test_fresh_runs_all_again(harness, otb_copy):
    run(harness, otb_copy, "--tracker", "static")
    assert "4 run, 0 found" in run(harness, otb_copy, "--tracker", "static", "--fresh").stderr


def test_json_is_one_document_on_stdout(harness, otb_copy):
    done = run(harness, otb_copy, "--tracker", "static", "--json")
    (summary,) = json.loads(done.stdout)
    assert summary["run"] == {"dataset": "otb100", "protocol": "one_pass", "label": "static"}
    assert (summary["made"], summary["found"], summary["failed"], summary["frames"]) == (4, 0, [], 325)


def test_dry_run_says_and_does_nothing(harness, otb_copy, tmp_path):
    done = run(harness, otb_copy, "--tracker", "static", "--dry-run")
    assert done.stdout == (
        "static on otb100: 4 trials, 325 frames to run, for how long is unknown\n"  # it was never run
        "  4 missing\n"
    )
    assert not (tmp_path / "results").exists()


def test_dry_run_says_what_is_done_what_is_stale_and_why(harness, otb_copy, tmp_path):
    words = ["--tracker", "static", "--sequences", "Deer,Skiing,Bird2"]
    run(harness, otb_copy, *words)
    sidecar = folder(tmp_path, "static") / "Deer.json"
    record = json.loads(sidecar.read_text())
    record["seconds"] = {"start": 1.0, "update": 140.0, "updates": 70, "shared": False}
    sidecar.write_text(json.dumps(record))
    truth = otb_copy / "Skiing/groundtruth_rect.txt"
    truth.write_text(truth.read_text().replace("14,14\n", "14,15\n", 1))
    (otb_copy / "Bird2/groundtruth_rect.txt").write_text("gone\n")
    now, seeded = (
        json.loads(run(harness, otb_copy, *words, *more, "--dry-run", "--json").stdout)[0]
        for more in ([], ["--seed", "3"])
    )
    assert (now["trials"], now["frames"], now["found"]) == (1, 81, {"done": 1, "stale": 1})
    assert now["stale"] == {"the truth": 1}
    assert now["seconds"] == pytest.approx(
        1 / 3 + 80 * 140 / (70 + 80 + 98), abs=0.1
    )  # the others took next to nothing
    assert "expected" in now["broken"]["Bird2"]
    assert seeded["stale"] == {"seed=0, now seed=3": 1, "the truth, seed=0, now seed=3": 1}
    lines = run(harness, otb_copy, *words, "--dry-run").stdout.splitlines()
    assert lines[0].startswith("static on otb100: 1 trials, 81 frames to run, 0:00:4")
    assert lines[1:3] == ["  1 done", "  1 stale: the truth"]
    assert lines[3].startswith("  Bird2 cannot be opened: ")


def test_an_incomplete_copy_is_refused(harness, otb_copy):
    done = harness("run", "--tracker", "static", "--dataset", "otb100", "--root", otb_copy, code=1)
    assert "4 of 100 sequences" in done.stderr
    assert "--allow-partial" in done.stderr


@pytest.mark.parametrize(("words", "count"), [(["--sequences", "deer,skiing"], 2), (["--subset", "3"], 3)])
def test_a_part_asked_for_is_run(harness, otb_copy, words, count):
    done = harness("run", "--tracker", "static", "--dataset", "otb100", "--root", otb_copy, *words, code=0)
    assert f"{count} run" in done.stderr


def test_variants_stand_side_by_side(harness, otb_copy, tmp_path):
    script = tmp_path / "script.txt"
    script.write_text("1,2,3,4\n" * 99)
    run(harness, otb_copy, "--tracker", "scripted")
    run(harness, otb_copy, "--tracker", "scripted", "--set", f"script={script}")
    run(harness, otb_copy, "--tracker", "scripted,static", "--set", f"scripted.script={script}")
    labels = sorted(path.name for path in (tmp_path / "results/otb100/one_pass").iterdir())
    assert len(labels) == 3
    assert labels[0] == "scripted"
    assert labels[1].startswith("scripted@")


def test_a_label_that_is_taken_is_refused_before_anything_runs(harness, otb_copy, tmp_path):
    run(harness, otb_copy, "--tracker", "static", "--label", "scripted")
    done = run(harness, otb_copy, "--tracker", "static,scripted", code=1)
    assert "label 'scripted' in results/otb100/one_pass/scripted holds static(), not scripted(script=)" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not folder(tmp_path, "static").exists()


def test_a_tracker_that_cannot_be_built_is_one_line(harness, otb_copy, tmp_path):
    (tmp_path / "mine.py").write_text(
        TRACKER.format(update="pass") + "    def __init__(self): raise OSError('no weights')\n"
    )
    done = run(harness, otb_copy, "--tracker", "./mine.py:Mine", code=1)
    assert done.stderr == "harness run: tracker './mine.py:Mine' cannot be built: OSError: no weights\n"
    (tmp_path / "mine.py").write_text("import harness\nclass Mine(harness.Tracker:\n")
    done = run(harness, otb_copy, "--tracker", "./mine.py:Mine", code=2)
    assert "tracker file mine.py: SyntaxError" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("kind", BROKEN)
def test_a_tracker_that_breaks_its_contract_fails_its_trials(harness, otb_copy, tmp_path, kind):
    (tmp_path / "mine.py").write_text(TRACKER.format(update=BROKEN[kind]))
    done = run(harness, otb_copy, "--tracker", "./mine.py:Mine", code=1)
    assert "4 failed" in done.stderr
    assert "Traceback" not in done.stderr
    sidecar = json.loads((folder(tmp_path, "Mine") / "Deer.json").read_text())
    assert sidecar["status"] == "failed"
    assert "mine.py" in sidecar["traceback"] or "expected" in sidecar["reason"] or "must answer" in sidecar["reason"]
    assert not (folder(tmp_path, "Mine") / "Deer.txt").exists()


@pytest.mark.parametrize(
    "answer", ["None", "harness.Prediction(None)", "harness.Prediction(harness.Box(1, 2, float('nan'), 4))"]
)
def test_frames_without_an_answer_are_counted(harness, otb_copy, tmp_path, answer):
    (tmp_path / "mine.py").write_text(TRACKER.format(update=f"return [{answer} for _ in tracks]"))
    done = run(harness, otb_copy, "--tracker", "./mine.py:Mine")
    assert "321 frames without an answer" in done.stderr


def test_a_corrupt_image_fails_its_sequence_only(harness, otb_copy, tmp_path):
    image = otb_copy / "Deer/img/0040.jpg"
    image.write_bytes(image.read_bytes()[:300])
    done = run(harness, otb_copy, "--tracker", "static", code=1)
    assert "0040.jpg: JPEG cut short after 300 bytes" in done.stderr
    assert "3 run, 0 found, 1 failed" in done.stderr
    report = harness("report", "--allow-partial", "--formats", "csv", code=0)
    assert "3/100" in report.stdout


def test_truth_and_frames_of_different_length_fail_their_sequence_only(harness, otb_copy):
    truth = otb_copy / "Deer/groundtruth_rect.txt"
    truth.write_text("".join(truth.read_text().splitlines(keepends=True)[:50]))
    done = run(harness, otb_copy, "--tracker", "static", code=1)
    assert "expected 71 rows" in done.stderr
    assert "found 50" in done.stderr
    assert "3 run, 0 found, 1 failed" in done.stderr


def test_a_copy_that_broke_takes_nothing_back(harness, otb_copy, tmp_path):
    run(harness, otb_copy, "--tracker", "static")
    (otb_copy / "Deer/groundtruth_rect.txt").write_text("gone\n")
    assert "1 failed" in run(harness, otb_copy, "--tracker", "static", code=1).stderr
    path = folder(tmp_path, "static") / "Deer.json"
    assert json.loads(path.read_text())["status"] == "done"
    path.write_text("{")  # a sidecar that is damaged beside it does not stop the others
    assert "0 run, 3 found, 1 failed" in run(harness, otb_copy, "--tracker", "static", code=1).stderr
    assert json.loads(path.read_text())["status"] == "failed"


def test_a_damaged_result_is_run_again(harness, otb_copy, tmp_path):
    run(harness, otb_copy, "--tracker", "static")
    path = folder(tmp_path, "static") / "Deer.txt"
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    done = run(harness, otb_copy, "--tracker", "static")
    assert "1 with files that are not as they were written" in done.stderr
    assert path.read_bytes() == whole


def test_a_changed_source_makes_results_stale(harness, otb_copy, tmp_path):
    source = TRACKER.format(update="return [None for _ in tracks]")
    (tmp_path / "mine.py").write_text(source)
    run(harness, otb_copy, "--tracker", "./mine.py:Mine")
    (tmp_path / "mine.py").write_text(source + "# another version\n")
    kept = run(harness, otb_copy, "--tracker", "./mine.py:Mine", "--reuse", "stale")
    assert "0 run, 4 found" in kept.stderr
    again = run(harness, otb_copy, "--tracker", "./mine.py:Mine")
    assert "4 made by another source" in again.stderr
    assert "4 run, 0 found" in again.stderr


def test_a_results_folder_that_cannot_be_written(harness, otb_copy, tmp_path):
    (tmp_path / "results").write_text("a file stands here\n")
    done = run(harness, otb_copy, "--tracker", "static", code=1)
    assert "cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--tracker", "kfc", "--dataset", "otb100"], "unknown tracker 'kfc'; did you mean 'kcf'?"),
        (["--tracker", "siamxx", "--dataset", "lasot"], "unknown tracker 'siamxx'"),
        (["--tracker", "static", "--dataset", "otb10"], "unknown dataset 'otb10'; did you mean 'otb100'"),
        (["--tracker", "static", "--dataset", "otb100:val"], "otb100 has no splits"),
        (["--tracker", "./none.py:Mine", "--dataset", "otb100"], "no tracker file 'none.py' here"),
        (["--tracker", "nothing.here:Mine", "--dataset", "otb100"], "cannot import 'nothing'"),
        (["--tracker", "harness:Box", "--dataset", "otb100"], "expected a subclass of harness.Tracker"),
        (["--tracker", "harness:Bax", "--dataset", "otb100"], "harness has no 'Bax'"),
        (["--tracker", "static", "--dataset", "otb100", "--set", "speed=3"], "tracker 'static' has no settings"),
        (["--tracker", "static", "--dataset", "otb100", "--set", "speed"], "expected KEY=VALUE"),
        (["--tracker", "static,kcf", "--dataset", "otb100", "--set", "a=3"], "write NAME.a=3"),
        (["--tracker", "static,kcf", "--dataset", "otb100", "--label", "x"], "run several trackers one by one"),
        (["--tracker", "static,static", "--dataset", "otb100"], "two trackers would write under the label 'static'"),
        (["--tracker", "static", "--dataset", "otb100,otb50", "--root", "x"], "--root is the folder of one dataset"),
        (["--tracker", "static", "--dataset", "synthetic", "--width", "0"], "at least 1; found 0"),
        (["--tracker", "static", "--dataset", "synthetic", "--subset", "0"], "at least 1 sequence, found 0"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(harness, words, message):
    done = harness("run", *words, code=2)
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_missing_data_says_what_where_and_how(harness, tmp_path):
    done = harness("run", "--tracker", "static", "--dataset", "otb100", code=1)
    for part in ("data/otb100", "--root", "HARNESS_DATA", "harness.ini"):
        assert part in done.stderr
    assert done.stderr.count("\n") == 1


def test_annotations_alone_can_be_reported_on_but_not_run(harness, otb_copy, tmp_path):
    run(harness, otb_copy, "--tracker", "static")
    annotations = tmp_path / "anno_TB100"
    annotations.mkdir()
    for folder in otb_copy.iterdir():
        (folder / "groundtruth_rect.txt").rename(annotations / f"{folder.name}.txt")
    done = run(harness, annotations, "--tracker", "static", "--fresh", code=1)
    assert done.stderr == f"harness run: otb100: {annotations} holds annotations only; a tracker needs the images\n"
    report = harness("report", "--dataset", "otb100", "--root", annotations, "--formats", "csv", code=0)
    assert "4/100" in report.stdout
