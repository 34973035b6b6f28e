"""Checks of plasticity rules: one file, one function `measure`, found by looking here."""
