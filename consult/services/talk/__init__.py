"""Acts: consultations: proposals, comments, revisions, tasks."""
