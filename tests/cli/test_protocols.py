"""VOT's protocols from the command line: run, run again, and reported."""

import csv

import pytest

from harness.cli.main import main

CASES = {
    "polygons": {
        "realtime": {"eao", "accuracy", "robustness", "failures", "fps"},
        "supervised --repetitions 1": {"eao", "accuracy", "robustness", "failures", "fps"},
    },
    "masks": {"multi_start": {"eao", "accuracy", "robustness", "fps"}, "unsupervised": {"ao", "fps"}},
}


@pytest.mark.parametrize("split", CASES)
def test_runs_and_their_reports(tmp_path, monkeypatch, capsys, split):
    monkeypatch.chdir(tmp_path)
    chosen = ["--dataset", f"synthetic:{split}", "--root", "data"]
    for protocol in CASES[split]:
        run = ["run", *chosen, "--tracker", "static,kcf", "--sequences", "fast-1", "--protocol", *protocol.split()]
        assert main(run) == 0
        assert ": 0 to run" not in capsys.readouterr().err
        assert main(run) == 0
        assert capsys.readouterr().err.count(": 0 to run, ") == 2
    assert main(["report", *chosen, "--formats", "csv", "--out", "out"]) == 0
    with (tmp_path / "out/scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for protocol, metrics in CASES[split].items():
        for tracker in ("static", "kcf"):
            place = tracker, protocol.split()[0]
            assert {row["metric"] for row in rows if (row["tracker"], row["protocol"]) == place} == metrics
    assert main(["report", *chosen, "--rules", "otb.official", "--out", "out"]) == 1
    told = capsys.readouterr().err
    for protocol in CASES[split]:
        misfit = (
            f"otb.official@1 does not score results of protocol {protocol.split()[0]}, as synthetic-{split} was run"
        )
        assert misfit in told
