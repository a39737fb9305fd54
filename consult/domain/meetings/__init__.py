"""Rules: meetings and their minutes."""
