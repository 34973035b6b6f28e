"""Files of events: one file, one format."""
