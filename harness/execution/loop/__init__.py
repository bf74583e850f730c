"""The drive loop: trials in flight, the calls they share, and frames decoded ahead."""
