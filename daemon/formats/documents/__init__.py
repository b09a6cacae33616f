"""Readers of documents that people write or export, one module for each; what their lines hold: `lines`."""
