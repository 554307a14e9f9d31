"""What looks at the file system and writes to it."""
