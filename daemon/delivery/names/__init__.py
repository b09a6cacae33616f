"""Names in results: as they were said, or behind their pseudonyms."""
