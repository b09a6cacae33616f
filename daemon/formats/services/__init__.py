"""Readers of the JSON that transcription services write: one module for each service."""
