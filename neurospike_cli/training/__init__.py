"""Phases, epochs and batches: from an experiment to a trained network."""
