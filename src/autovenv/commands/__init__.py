"""What the command line calls: a module a command."""
