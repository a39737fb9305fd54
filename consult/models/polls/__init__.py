"""Records: polls and ballots."""
