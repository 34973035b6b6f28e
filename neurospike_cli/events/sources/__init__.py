"""Where events come from: one file, one value of `data.source`."""
