"""Commands about the whole installation: backups, keys, what is wrong."""
