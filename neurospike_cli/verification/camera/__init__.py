"""Closed forms of the simulated event camera."""

#: What runs the camera.
RUNNERS = ("numpy",)
