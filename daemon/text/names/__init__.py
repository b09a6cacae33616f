"""What names are written like, and who says which is theirs."""
