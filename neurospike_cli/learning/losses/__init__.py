"""From scores and labels to a loss: one file, one value of `type`."""
