"""Synthetic motion with a closed form: one file, one value of `pattern`."""
