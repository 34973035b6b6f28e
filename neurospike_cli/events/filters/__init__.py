"""What is done to events before encoding: one file, one value of `type`."""
