"""The pages of mediation cases."""
