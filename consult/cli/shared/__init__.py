"""What several commands share: who stands by, and how a refusal is told."""
