"""What numbers mean: named rules as data, formulas as pure functions over ragged arrays."""

__all__ = ["evaluate", "precision", "ragged", "rules", "scores", "speed", "success"]
