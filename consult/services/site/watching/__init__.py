"""Watch the machine: figures, what must be so before work is taken, what a drill touches."""
