"""Checks of plasticity rules: one file, one function `measure`, found by looking here."""

from neurospike_cli.engine.selection import installed_engines

#: What runs the models.
RUNNERS = installed_engines()
