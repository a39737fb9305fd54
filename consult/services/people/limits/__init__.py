"""Limits on what is guessed or asked for, and the alarm where one is reached."""
