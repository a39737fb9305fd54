"""Parties of a mediation case: their standing, their capacity, organisations, and lists of many."""
