"""The same trackers on the same data, run by VOT's own toolkit and by the harness: does the same come out?

    python tests/crosscheck/vot_toolkit.py [FOLDER]

Makes in FOLDER (default: one that is removed again) an environment with the last toolkit whose experiments run, and
synthetic sequences as VOT2019 and VOT2020. `kcf` and `static` are the harness's trackers, which the toolkit reaches
through `harness serve`; `drifting` is of the toolkit's kind, and the harness reaches it through ``trax:``. Prints what
both give and exits 1 unless all regions are equal in single precision, which is the toolkit's, and all scores but
for `TOLERANCE`. Takes some minutes; docs/vot-toolkit.md tells what came out.
"""

import argparse
import csv
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from harness.core.record import RunKey
from harness.core.regions import Regions, Special
from harness.interop.verification.vot_toolkit import rounded
from harness.store.results import ResultStore

PINS = (
    "vot-toolkit==0.7.4",  # in 0.8.1 and 0.9.0 supervised and multi-start experiments do not run
    "attributee==0.1.9",  # 0.1.10 cannot be imported
    "vot-trax==4.0.2",
    "numpy==2.4.6",
    "numba==0.68.1",
    "opencv-python==5.0.0.93",
)
TOLERANCE = 1e-6  # the toolkit means EAO in single precision
SERVED = ("kcf", "static")
TRACKERS = (*SERVED, "drifting")
# One pixel to the right a frame, by the toolkit's own library.
DRIFTING = """
import sys
import trax

with trax.Server([sys.argv[1]], ["path"], ["color"]) as server:
    while (request := server.wait()).type != "quit":
        if request.type == "initialize":
            ((target, _),) = request.objects
            moved = 0
        else:
            moved += 1
        if target.type == "mask":
            x, y = target.offset()
            answer = trax.Mask.create(target.array(), x + moved, y)
        else:
            answer = trax.Polygon.create([(x + moved, y) for x, y in target])
        server.status([(answer, {})])
"""


@dataclass(frozen=True)
class Experiment:
    """An experiment by the toolkit's name and ours; `scores` says where among its analyses' results each stands.

    The pair is that of the analysis and of the number it gives a tracker.
    """

    name: str
    protocol: str
    rule: str
    scores: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Data:
    """A dataset: how it is made, and what regions its truth and `drifting` have."""

    name: str
    made: tuple[str, ...]
    region: str
    experiments: tuple[Experiment, ...]


_ARE_2019 = {"accuracy": (0, 0), "robustness": (0, 1), "eao": (1, 0)}
_ARE_2020 = {"accuracy": (2, 0), "robustness": (2, 1), "eao": (0, 0)}
DATA = (
    Data(
        "vot2019",
        ("--length", "80", "--attributes", "FOC,POC,IPR"),  # kcf loses a hidden target; EAO begins at 46 frames
        "polygon",
        (Experiment("baseline", "supervised", "vot2019.vot-toolkit", _ARE_2019),),
    ),
    Data(
        "vot2020",
        ("--length", "140"),  # EAO begins at 115 frames
        "mask",
        (
            Experiment("baseline", "multi_start", "vot2020.official", _ARE_2020),
            Experiment("unsupervised", "unsupervised", "vot.unsupervised", {"ao": (0, 0)}),
        ),
    ),
)


def main(folder: Path) -> int:
    python = environment(folder / "env")
    differences = []
    for data in DATA:
        workspace = Workspace(folder.absolute() / data.name, data)
        workspace.make(python)
        measured = workspace.run_toolkit(python)
        workspace.run_harness()
        for experiment in data.experiments:
            for number, tracker in enumerate(TRACKERS):
                print(f"{tracker} on {data.name}, {experiment.protocol}")
                differences += [
                    *workspace.compare_regions(experiment.protocol, tracker),
                    *workspace.compare_scores(experiment, tracker, measured[experiment.name]["results"], number),
                ]
    print("\n".join(differences) or "all equal")
    return 1 if differences else 0


def environment(folder: Path) -> Path:
    """The interpreter of an environment with `PINS`, made unless it is there."""
    python = folder.absolute() / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    execute(str(python), "-m", "pip", "install", "--quiet", *PINS)
    return python


def execute(*words: str, folder: Path | None = None) -> None:
    """Run a command; where it fails, end with what it said."""
    ended = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if ended.returncode:
        sys.exit(f"{shlex.join(words)}: exit {ended.returncode}\n{ended.stdout[-3000:]}")


def harness(*words: str) -> None:
    execute(sys.executable, "-m", "harness", *words)


@dataclass(frozen=True)
class Workspace:
    """A workspace of the toolkit's; what the harness ran is stored in its `ours`, what it imported in `theirs`."""

    folder: Path
    data: Data

    def make(self, python: Path) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        sequences = ("--layout", self.data.name, "--out", str(self.folder / "sequences"), "--number", "3")
        harness("data", "make", *sequences, *self.data.made)
        drifting = self.folder / "drifting.py"
        drifting.write_text(DRIFTING)
        commands = {tracker: [sys.executable, "-m", "harness", "serve", "--tracker", tracker] for tracker in SERVED}
        commands["drifting"] = [str(python), str(drifting), self.data.region]
        sections = [f"[{name}]\nprotocol = trax\ncommand = {shlex.join(words)}\n" for name, words in commands.items()]
        (self.folder / "trackers.ini").write_text("\n".join(sections))
        (self.folder / "config.yaml").write_text(f"stack: {self.data.name}/shortterm\nregistry: [./trackers.ini]\n")

    def run_toolkit(self, python: Path) -> dict[str, Any]:
        """All experiments of the stack, since its analyses want all; what they give, by experiment."""
        vot = str(python.parent / "vot")
        execute(vot, "evaluate", *TRACKERS, folder=self.folder)
        execute(vot, "analysis", "--name", "scores", *TRACKERS, folder=self.folder)
        return json.loads((self.folder / "analysis" / "scores.json").read_text())["results"]

    def run_harness(self) -> None:
        trackers = (*SERVED, f"trax:{self.folder / 'trackers.ini'}#drifting")
        chosen = [word for tracker in trackers for word in ("--tracker", tracker)]
        for experiment in self.data.experiments:
            harness("run", *self._of("ours"), "--protocol", experiment.protocol, "--allow-partial", *chosen)
        reported = ("--rules", "all", "--allow-partial", "--formats", "csv", "--out", str(self.folder / "report"))
        harness("report", *self._of("ours"), *reported)
        harness("import", *self._of("theirs"), "--from", "vot", str(self.folder / "results"))

    def compare_regions(self, protocol: str, tracker: str) -> Iterator[str]:
        """What differs; prints how much was compared."""
        ours, theirs = (self._regions(name, RunKey(self.data.name, protocol, tracker)) for name in ("ours", "theirs"))
        if ours.keys() != theirs.keys():
            yield f"{tracker}, {protocol}: trials {sorted(ours)}, the toolkit's {sorted(theirs)}"
        every = [region for trial in theirs.values() for region in trial]
        print(f"  {len(theirs)} trials, {len(every)} frames, {every.count(Special.FAILED)} failures")
        for name in ours.keys() & theirs.keys():
            for frame, pair in enumerate(zip_longest(rounded(ours[name]), theirs[name])):
                if pair[0] != pair[1]:
                    yield f"{tracker}, {protocol}, {name}: frame {frame} is {pair[0]}, the toolkit's {pair[1]}"
                    break

    def compare_scores(self, experiment: Experiment, tracker: str, measured: list[Any], number: int) -> Iterator[str]:
        """What differs; prints all."""
        with (self.folder / "report" / "scores.csv").open() as file:
            rows = [row for row in csv.DictReader(file) if row["tracker"] == tracker]
        ours = {row["metric"]: float(row["value"]) for row in rows if row["rule"].startswith(experiment.rule)}
        for metric, (analysis, place) in experiment.scores.items():
            theirs = measured[analysis][number][place]
            print(f"  {metric:10} {ours[metric]:.8f}, the toolkit's {theirs:.8f}")
            if not abs(ours[metric] - theirs) <= TOLERANCE:
                yield f"{tracker}, {experiment.protocol}: {metric} is {ours[metric]}, the toolkit's {theirs}"

    def _of(self, results: str) -> tuple[str, ...]:
        """Where the harness finds things."""
        where = {"--root": "sequences", "--results": results}
        return "--dataset", self.data.name, *(word for key in where for word in (key, str(self.folder / where[key])))

    def _regions(self, results: str, run: RunKey) -> dict[str, Regions]:
        """The regions of each trial that is done."""
        store = ResultStore(self.folder / results)
        records = {key: store.record(key) for key in store.trials(run)}
        return {key.trial: store.regions(key, record) for key, record in records.items() if record and record.done}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="kept; an environment in it is used again")
    asked = parser.parse_args().folder
    with nullcontext(asked) if asked else tempfile.TemporaryDirectory() as place:
        sys.exit(main(Path(place)))
