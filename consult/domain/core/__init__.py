"""Rules over the notes that a machine keeps of its own work."""
