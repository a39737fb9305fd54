"""Acts about the machine and not about a village: its clock, the key of its data, the witnesses outside of it."""
