"""Overlap of regions in pixels, as VOT's toolkits count them: compiled loops over packed trajectories."""

__all__ = ["compiling", "exact", "overlaps", "packing", "pairs", "spans"]
