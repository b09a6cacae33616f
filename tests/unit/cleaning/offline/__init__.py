"""The rules that clean without a model."""
