"""Readers of documents that people write or export: plain text, Markdown and Word."""
