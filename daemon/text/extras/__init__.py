"""What is made of a cleaned transcript beside it: a summary, chapters. Values only."""
