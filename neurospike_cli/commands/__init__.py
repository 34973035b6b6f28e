"""One file, one subcommand: parse, call, print. Heavy imports stand inside the functions."""
