"""Threads that run chunks and steps, and who may send a request now."""
