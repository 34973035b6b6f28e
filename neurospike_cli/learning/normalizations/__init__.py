"""To which norm a neuron's weights are brought: one file, one value of `type`."""
