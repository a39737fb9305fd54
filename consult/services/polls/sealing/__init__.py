"""Acts: polls and ballots."""
