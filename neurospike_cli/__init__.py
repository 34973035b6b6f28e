"""NeuroSpike: spiking neural networks on event data, from one YAML file."""
