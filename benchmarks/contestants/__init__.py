"""One file, one contestant; `training_step` runs each in a process of its own."""
