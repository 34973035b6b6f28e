"""Neuron models: one file, one value of `model`."""
