"""Surrogate derivatives of the spike: one file, one value of `type`."""
