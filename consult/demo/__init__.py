"""The demo village: invented people and what they did. Imported by `flask demo` and in demo mode only."""
