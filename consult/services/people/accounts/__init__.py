"""Accounts: one way in of somebody who holds offices in several villages and stands on the roll of none of them."""
