"""What single letters are like, and how they stand together."""
