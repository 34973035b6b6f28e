"""One file, one contestant, in a process of its own; files with an underscore are shared."""
