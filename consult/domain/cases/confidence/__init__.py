"""Confidence in a mediation case: what the town reads, danger to somebody, what parties are told and how."""
