"""Signal files, one file a format: sampled channels, not yet events."""
