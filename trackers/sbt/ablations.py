"""SBT as rows of the paper's ablations: of tables 1, 8, 9 and 10 those whose layout can be established.

Which cannot, and what had to be assumed of the others, is said in architectures.py.
"""

from __future__ import annotations

from trackers.sbt.tracker import SBTTracker

__all__: list[str] = []  # found by their entry points


def _row(size: str) -> type[SBTTracker]:
    """SBT as a row of the paper's ablations."""
    source = "the authors published none of their ablations'"
    members = {"__doc__": _row.__doc__, "__module__": __name__, "size": size, "source": source}
    return type(f"sbt_{size}", (SBTTracker,), members)


sbt_a5, sbt_b1, sbt_b2, sbt_b3, sbt_b4 = map(_row, ("a5", "b1", "b2", "b3", "b4"))
sbt_b5, sbt_b6, sbt_b7, sbt_b8 = map(_row, ("b5", "b6", "b7", "b8"))
sbt_t8_a1, sbt_t8_a2, sbt_t8_a3, sbt_t8_a4 = map(_row, ("t8_a1", "t8_a2", "t8_a3", "t8_a4"))
sbt_t9_b2, sbt_t10_c1, sbt_t10_c6, sbt_t10_c7 = map(_row, ("t9_b2", "t10_c1", "t10_c6", "t10_c7"))
