"""The hook and its place in a person's shell."""
