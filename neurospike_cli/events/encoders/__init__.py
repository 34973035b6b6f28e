"""From events to spike trains: one file, one value of `type`."""
