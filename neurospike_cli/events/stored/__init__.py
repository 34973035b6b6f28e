"""Data sets as `generate` writes them: their files, how they are made, how they are read."""
