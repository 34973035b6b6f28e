"""Checks of the neuron models: one file, one function `measure`, found by looking here."""
