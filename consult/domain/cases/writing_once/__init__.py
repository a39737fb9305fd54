"""The claim of an applicant, words carried into later forms, and one page for small matters: each written once."""
