"""Acts: meetings and their minutes."""
