"""Requests around an announced vote: appeals of those left off the roll, grounds for one more vote, annulments."""
