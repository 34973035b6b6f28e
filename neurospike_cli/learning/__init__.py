"""Learning rules: one file, one value of `rule`."""
