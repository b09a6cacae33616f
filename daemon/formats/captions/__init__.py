"""Readers of caption files, one module for each format; what they share lies in `cues`."""
