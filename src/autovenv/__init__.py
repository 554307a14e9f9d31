"""The right Python environment, active in whatever project the shell stands in."""

__version__ = "0.1.0"
