"""Rules: polls and ballots."""
