"""THE RULES. Standard library only: no Flask, no SQLAlchemy, no gettext, no clock."""
