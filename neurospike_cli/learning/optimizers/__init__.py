"""From gradients to weight changes: one file, one value of `type`."""
