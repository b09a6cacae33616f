"""A result as a Word document."""
