"""What the lines of a text hold beside speech: times and names, numbers, heads of pages, notices, notes."""
