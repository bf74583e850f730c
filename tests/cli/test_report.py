"""harness report, as a user meets it."""

import csv
import json

import pytest


@pytest.fixture
def results(harness, otb_copy, tmp_path):
    """`static` twice over the small OTB copy, four sequences of a hundred."""
    run = ["run", "--dataset", "otb100", "--root", otb_copy, "--allow-partial", "--tracker", "static"]
    harness(*run, code=0)
    harness(*run, "--label", "other", code=0)


@pytest.fixture
def unfinished(results, tmp_path):
    """The same, as a run leaves it that died before its last sequence."""
    (tmp_path / "results/otb100/one_pass/static/Skiing.json").unlink()


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_incomplete_results_are_refused_with_what_is_missing(harness, unfinished, tmp_path):
    done = harness("report", "--compare", "static", code=1)
    assert "static on otb100: 1 of 100 sequences missing: Skiing." in done.stderr
    assert "--allow-partial" in done.stderr
    assert "nothing was evaluated" in done.stderr
    assert not (tmp_path / "reports").exists()
    assert "3/100" in harness("report", "--compare", "static", "--allow-partial", code=0).stdout


def test_the_complete_are_reported_beside_the_refused(harness, unfinished):
    done = harness("report", "--formats", "csv", code=1)
    assert "static on otb100: 1 of 100" in done.stderr
    assert "other" in done.stdout
    assert "static" not in done.stdout


def test_a_failed_trial_is_missing_with_its_reason(harness, otb_copy):
    (otb_copy / "Deer/img/0040.jpg").write_bytes(b"")
    run = ["run", "--dataset", "otb100", "--root", otb_copy, "--allow-partial", "--tracker", "static"]
    harness(*run, code=1)
    done = harness("report", code=1)
    assert "1 of 100 sequences missing: Deer (failed: " in done.stderr
    assert "0040.jpg: not an image" in done.stderr


def test_what_one_run_left_out_another_may_have_been_asked_for(harness, otb_copy):
    run = ["run", "--dataset", "otb100", "--root", otb_copy, "--tracker", "static"]
    harness(*run, "--sequences", "deer", code=0)
    assert "1/100" in harness("report", "--formats", "csv", code=0).stdout
    (otb_copy / "Skiing/img/0040.jpg").unlink()
    harness(*run, "--sequences", "deer,skiing", code=1)
    refused = harness("report", code=1).stderr
    assert "1 of 100 sequences missing: Skiing (" in refused
    assert "1 of 81 images missing, the first 0040.jpg" in refused


def test_what_a_run_left_out_is_agreed_to_and_labelled(harness, results, tmp_path):
    done = harness("report", code=0)
    assert done.stderr == ""
    assert "otb.official@1" in done.stdout
    assert done.stdout.count("4/100") >= 2
    folder = tmp_path / "reports/otb100"
    names = {path.name for path in folder.iterdir()}
    plots = {f"{kind}.{ending}" for kind in ("success", "precision", "speed") for ending in ("png", "pdf")}
    assert names == plots | {"scores.csv", "per_sequence.csv", "report.json", "table.tex", "report.md"}
    for name in ("table.tex", "report.md"):
        assert "4/100" in (folder / name).read_text()
    scores = rows(folder / "scores.csv")
    assert {(row["sequences"], row["expected"]) for row in scores} == {("4", "100")}
    assert {row["rule"] for row in scores} == {"otb.official@1"}
    assert {row["metric"] for row in scores} >= {"auc", "op50", "op75", "precision"}
    assert len(rows(folder / "per_sequence.csv")) == 2 * 4 * len({row["metric"] for row in scores})


def test_compare_with_and_without_names(harness, results):
    both = harness("report", "--compare", "--allow-partial", "--formats", "csv", code=0).stdout
    assert "other" in both
    one = harness("report", "--compare", "static", "--allow-partial", "--formats", "csv", code=0).stdout
    assert "other" not in one
    assert "there are: other, static" in harness("report", "--compare", "kcf", code=2).stderr


def test_json_is_one_document_on_stdout(harness, results):
    done = harness("report", "--allow-partial", "--json", "--formats", "csv", code=0)
    document = json.loads(done.stdout)
    assert document["folder"] == "reports/otb100"
    failed = harness("report", "--json", "--results", "elsewhere", code=1)
    assert "nothing was evaluated" in json.loads(failed.stdout)["error"]


def test_a_damaged_result_is_missing_and_said(harness, results, tmp_path):
    path = tmp_path / "results/otb100/one_pass/static/Deer.txt"
    path.write_text(path.read_text()[:-5])
    done = harness("report", "--compare", "static", "--allow-partial", "--formats", "csv,md", code=0)
    assert "3/100" in done.stdout
    assert "Deer.txt: not as it was written" in (tmp_path / "reports/otb100/report.md").read_text()


def test_results_of_another_truth_are_missing_and_said(harness, results, otb_copy, tmp_path):
    truth = otb_copy / "Deer/groundtruth_rect.txt"
    truth.write_text(truth.read_text().replace("25,17,14,14", "25,17,14,15", 1))
    harness("report", "--compare", "static", "--allow-partial", "--formats", "md", code=0)
    assert "made on another truth" in (tmp_path / "reports/otb100/report.md").read_text()


def test_nan_as_miss_is_said_and_scores_lower(harness, otb_copy, tmp_path):
    harness(
        *["run", "--tracker", "scripted", "--dataset", "otb100", "--root", otb_copy, "--allow-partial"], code=0
    )  # answers nothing: the rule holds the first box
    words = ["report", "--allow-partial", "--formats", "csv"]
    held = harness(*words, "--name", "held", code=0)
    missed = harness(*words, "--nan-as-miss", "--name", "missed", code=0)
    assert "nan-as-miss" not in held.stdout
    assert "nan-as-miss" in missed.stdout
    auc = [
        float(next(row["value"] for row in rows(tmp_path / f"reports/{name}/scores.csv") if row["metric"] == "auc"))
        for name in ("held", "missed")
    ]
    assert auc[0] > auc[1] > 0


def test_the_root_of_the_run_is_remembered(harness, otb_copy, tmp_path):
    harness("run", "--tracker", "static", "--dataset", "otb100", "--root", otb_copy, "--subset", "1", code=0)
    otb_copy.rename(tmp_path / "moved")
    done = harness("report", "--allow-partial", code=1)
    assert f"{otb_copy}: no such folder" in done.stderr
    assert "--root" in done.stderr
    harness("report", "--allow-partial", "--root", tmp_path / "moved", "--formats", "csv", code=0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--formats", "docx"], "unknown format 'docx'"),
        (["--dataset", "lasot"], "no results of dataset 'lasot'; there are: otb100"),
        (["--name", "../elsewhere"], "label '../elsewhere': expected printable text without /"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(harness, results, words, message):
    done = harness("report", "--allow-partial", *words, code=2)
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_results_at_all(harness):
    done = harness("report", "--compare", code=1)
    assert "nothing was evaluated: no complete results in results" in done.stderr


def test_every_format_there_is_is_written_by_default():
    from harness.cli.report import FORMATS as default
    from harness.reporting.report import FORMATS

    assert tuple(default.split(",")) == FORMATS


def test_rules_side_by_side(harness, results, tmp_path):
    done = harness("report", "--rules", "all", "--allow-partial", "--formats", "csv,tex", code=0)
    scores = rows(tmp_path / "reports/otb100/scores.csv")
    labels = {row["rule"] for row in scores}
    assert {"otb.official@1", "compat.pysot@1", "compat.pytracking@1", "compat.got10k-toolkit@1"} < labels
    assert all(label in done.stdout for label in labels)
    one = harness("report", "--rules", "compat.pysot", "--allow-partial", "--formats", "csv", code=0)
    assert "rule compat.pysot@1" in one.stdout
    assert "otb.official" not in one.stdout


def test_a_rule_there_is_not(harness, results):
    wrong = harness("report", "--rules", "otb.oficial", code=2).stderr
    assert "'otb.oficial'" in wrong
    assert "did you mean 'otb.official'" in wrong
