"""How the output layer's activity becomes scores: one file, one value of `type`."""
