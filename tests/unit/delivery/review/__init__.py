"""The review of a result."""
