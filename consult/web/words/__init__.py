"""Sentences and words for codes, in the reader's language."""
