"""How a weight change depends on the weight: one file, one value of `type`."""
