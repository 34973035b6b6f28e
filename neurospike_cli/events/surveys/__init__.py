"""What a person wants to know of recordings, signals and folders: counts, words, pictures."""
