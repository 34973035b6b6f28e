"""How recordings lie in folders and tables, and which class each is of."""
