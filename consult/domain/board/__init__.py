"""Rules: the public board: notices and objections."""
