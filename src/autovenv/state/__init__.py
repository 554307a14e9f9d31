"""What autovenv keeps: records, decisions, settings."""
