"""Files, names and volumes, and the process itself: what the rest needs of the operating system."""
