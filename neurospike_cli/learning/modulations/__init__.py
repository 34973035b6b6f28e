"""What a reward does to eligible synapses: one file, one value of `type`."""
