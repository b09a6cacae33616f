"""The values that a transcript is made of, and what is computed from them. Pure."""
