"""May an environment be used."""
