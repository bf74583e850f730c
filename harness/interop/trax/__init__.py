"""TraX: external trackers driven by the harness, and ours driven by others."""
