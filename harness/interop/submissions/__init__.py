"""Archives for evaluation servers: written, and checked against what the servers enforce."""
