"""Pages: polls and ballots."""
