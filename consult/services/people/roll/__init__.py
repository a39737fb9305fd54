"""The village's roll: read from files, compared, written."""
