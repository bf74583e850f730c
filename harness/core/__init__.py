"""The ground floor: nouns and pure functions. No files, no clock, no randomness, no pandas, no torch."""

__all__ = ["errors", "masks", "overlap", "record", "regions", "sequence", "tracker", "trajectory", "trial"]
