"""Accuracy, confusion, firing statistics, operations and the yardstick."""
