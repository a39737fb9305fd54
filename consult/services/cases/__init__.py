"""Acts on mediation cases. Everything written about one is sealed with keys of its own (keys.py)."""
