"""How toolkits lay out raw results: one file a layout; each reads and writes."""
