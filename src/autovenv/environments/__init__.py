"""Which environment belongs to a directory, and what it is."""
