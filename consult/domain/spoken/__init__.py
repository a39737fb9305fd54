"""What is read aloud, as it is said: numbers, hours, money and codes in words, and the script of a page."""
