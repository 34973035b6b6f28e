"""The simulation: spikes in, activity out, and the gradients back."""
