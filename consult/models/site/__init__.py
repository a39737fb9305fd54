"""Named selects for pages about everything."""
