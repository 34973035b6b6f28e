"""Random changes of training recordings: one file, one value of `type`."""
