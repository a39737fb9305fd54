"""The roll as clerks keep it: read it as it is written, and ask where what is written could mean two things."""
