"""Rules: consultations: proposals, comments, revisions, tasks."""
