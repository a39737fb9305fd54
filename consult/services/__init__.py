"""THE ACTS. One verb = one function = one transaction; actor and now are parameters."""
