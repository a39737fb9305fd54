"""Records: the public board: notices and objections."""
