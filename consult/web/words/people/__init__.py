"""Words of the people, their roll, rights and ways in."""
