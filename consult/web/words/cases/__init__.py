"""Sentences and words of mediation cases, on pages and papers."""
