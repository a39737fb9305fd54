"""Acts of the site as a whole: what knows every area."""
