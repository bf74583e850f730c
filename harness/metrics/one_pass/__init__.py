"""One pass over each sequence, scored: the rules of OTB, UAV123, LaSOT, GOT-10k, TrackingNet and of other toolkits."""

__all__ = ["compat", "lengths", "metrics", "official", "rule", "score", "steps", "validity"]
