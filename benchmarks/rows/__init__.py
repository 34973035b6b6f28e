"""The rows of the table: what is measured against what, and how fast it must be."""
