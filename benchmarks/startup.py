"""What it costs to start: CPU seconds of ``harness --help`` against ``python -c pass``, side by side.

    python benchmarks/startup.py [RUNS]

The two commands take turns, so that a machine that slows down slows both; the ratio of the medians is
what counts (aim: at most 2.5).
"""

import os
import shutil
import statistics
import sys
from pathlib import Path


def cpu_seconds(command: list[str]) -> float:
    """User and system time of one run, from the operating system's own account."""
    process = os.posix_spawn(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, usage = os.wait4(process, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    beside = Path(sys.executable).with_name("harness")
    command = str(beside) if beside.exists() else shutil.which("harness")
    if command is None:
        raise SystemExit("no command 'harness' here: pip install -e .")
    commands = {"python -c pass": [sys.executable, "-c", "pass"], "harness --help": [command, "--help"]}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, words in commands.items():
            spent = cpu_seconds(words)
            if turn:  # the first warms the caches
                seconds[name].append(spent)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    for name, median in medians.items():
        print(f"{name:16} {median * 1000:6.1f} ms CPU")
    print(f"{'ratio':16} {medians['harness --help'] / medians['python -c pass']:6.2f}")


if __name__ == "__main__":
    main()
