"""Records: consultations: proposals, comments, revisions, tasks."""
