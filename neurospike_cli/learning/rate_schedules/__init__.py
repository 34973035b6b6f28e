"""How a learning rate changes over a phase: one file, one value of `type`."""
