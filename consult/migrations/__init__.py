"""The steps of the database schema, and what they share."""
