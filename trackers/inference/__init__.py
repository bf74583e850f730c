"""What trackers do around a network."""
