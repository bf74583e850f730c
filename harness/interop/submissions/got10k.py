"""GOT-10k's server: a folder a sequence, with a file of boxes for each repetition and one of times.

::

    GOT-10k_Test_000001/GOT-10k_Test_000001_001.txt     x,y,w,h a frame, the first included; up to _003
                        GOT-10k_Test_000001_time.txt    seconds a frame, a column a repetition

The folder of a tracker may lie around all of it. http://got-10k.aitestunion.com/submit_instructions
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from harness.core.sequence import Sequence
from harness.interop.source import Source
from harness.interop.submissions.checks import number_faults, outermost

__all__ = ["faults"]

_MOST_REPETITIONS = 3


def faults(source: Source, sequences: Mapping[str, Sequence | None]) -> Iterator[str]:
    """What the server would not take, or take for something else; None stands for a sequence that is not at hand."""
    outer = outermost(source, sequences)
    known = set()
    for name, sequence in sequences.items():
        home, frames = f"{outer}{name}/{name}_", None if sequence is None else len(sequence)
        numbered = re.compile(re.escape(home) + r"(\d{3})\.txt")
        repetitions = [int(found[1]) for file in source.files if (found := numbered.fullmatch(file))]
        known |= {f"{home}{number:03d}.txt" for number in repetitions} | {f"{home}time.txt"}
        if repetitions != list(range(1, len(repetitions) + 1)) or not 1 <= len(repetitions) <= _MOST_REPETITIONS:
            there = ", ".join(f"_{number:03d}" for number in repetitions) or "none"
            yield f"{outer}{name}: expected repetitions _001 to at most _{_MOST_REPETITIONS:03d}, found {there}"
        for number in repetitions:
            yield from number_faults(source, f"{home}{number:03d}.txt", 4, frames)
        if f"{home}time.txt" not in source:
            yield f"{home}time.txt: missing; the server takes no results without times"
        elif repetitions:
            yield from number_faults(source, f"{home}time.txt", len(repetitions), frames, positive=True)
    yield from (f"{file}: not a file of a sequence of GOT-10k's test" for file in source.files if file not in known)
