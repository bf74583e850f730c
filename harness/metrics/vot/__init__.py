"""VOT's measures: accuracy, robustness and expected average overlap (EAO), as each official code computes them."""

__all__ = ["evaluate", "multi_start", "rules", "supervised", "unsupervised"]
