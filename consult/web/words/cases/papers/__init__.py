"""The documents of a case: what stands on each paper."""
