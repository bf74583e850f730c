"""How well masks agree with the truth, region and boundary: DAVIS's J and F."""

__all__ = ["evaluate", "measures", "rules", "score"]
