"""Files, names, volumes, locks and logs: what the rest needs of the operating system."""
