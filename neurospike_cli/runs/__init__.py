"""Run directories: everything an experiment leaves behind, written atomically."""
