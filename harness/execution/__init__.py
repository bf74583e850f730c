"""Running trackers: what to run, the drive loop, and where each result came from."""
