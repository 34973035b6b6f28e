"""Measurements, one file each: how a signal becomes events."""
