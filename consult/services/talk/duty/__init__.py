"""The duty to answer a proposal: its day, and its way through mergers."""
