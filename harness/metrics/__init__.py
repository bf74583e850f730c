"""What numbers mean: named rules as data, formulas as pure functions over ragged arrays."""

__all__ = ["curves", "evaluate", "one_pass", "ragged", "scores", "significance", "speed", "vot"]
