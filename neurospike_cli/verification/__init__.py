"""Measurements of the shipped models against their closed forms: a folder, a group of checks."""
