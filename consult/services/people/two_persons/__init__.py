"""Acts of two persons: who can be the second one."""
