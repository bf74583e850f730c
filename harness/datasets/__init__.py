"""One file a benchmark: where its files are and how their lines read; nothing else."""
