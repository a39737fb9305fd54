"""Pages: meetings and their minutes."""
