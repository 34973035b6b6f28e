"""Topology, connectivity, weight initialisation and statistics."""
