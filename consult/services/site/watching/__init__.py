"""How the machine stands, for those who watch it: figures, what must be so before work is taken, what a drill touches."""
