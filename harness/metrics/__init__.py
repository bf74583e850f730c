"""What numbers mean: named rules as data, formulas as pure functions over ragged arrays."""

__all__ = [
    "curves",
    "evaluate",
    "longterm",
    "one_pass",
    "ragged",
    "rule",
    "scores",
    "segmentation",
    "significance",
    "speed",
    "tables",
    "vot",
]
