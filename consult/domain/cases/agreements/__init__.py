"""Agreements of a case: what is owed to whom, how it is carried out, what a court makes of it."""
