"""The specification, run against the real thing."""
