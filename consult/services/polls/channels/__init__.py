"""Voting other than by one's own phone: with a helper, by letter; what those concerned say of it, and what waits."""
