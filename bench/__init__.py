"""Speed, measured here and never in a test: ratios against bare references in one interleaved run."""
