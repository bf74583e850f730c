"""Results of other toolkits, in and out: imports, exports, servers' archives, TraX, and proof against official code."""
