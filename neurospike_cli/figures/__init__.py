"""One file, one figure; each reads a run directory and nothing else."""
