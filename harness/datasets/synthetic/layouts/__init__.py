"""Made sequences written as a benchmark's own: one file a layout, quirks included."""

__all__ = ["davis", "got10k", "lasot", "layout", "otb", "trackingnet", "uav123", "vot", "write"]
