"""Records: mediation cases."""
