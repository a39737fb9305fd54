"""Acts: the public board: notices and objections."""
