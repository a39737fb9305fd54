"""Pages: the public board: notices and objections."""
