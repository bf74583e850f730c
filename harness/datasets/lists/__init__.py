"""Official sequence lists, complete, one name a line."""
