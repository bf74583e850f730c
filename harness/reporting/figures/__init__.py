"""A report's figures, one kind a file, in one style."""

__all__ = ["chosen", "curves", "gains", "points", "radar", "style"]
