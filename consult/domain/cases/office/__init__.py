"""The acts of the office on its cases: hand over, reopen, mark as difficult; the periods that it reports."""
