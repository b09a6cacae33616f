"""Which characters are no part of what is read: those that nobody would see, or that would be obeyed."""
