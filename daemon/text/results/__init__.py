"""What this program delivers, told apart from the files of others."""
