"""Pages: consultations: proposals, comments, revisions, tasks."""
