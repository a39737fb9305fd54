"""Texts that are read aloud, as they are said: numbers, hours, money and codes in words, and the script of a page."""
