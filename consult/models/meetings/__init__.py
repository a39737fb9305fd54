"""Records: meetings and their minutes."""
