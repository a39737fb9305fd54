"""Records: people, households, offices, rolls and sign-ins."""
