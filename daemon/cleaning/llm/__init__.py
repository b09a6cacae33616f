"""A chunk cleaned by a language model: the requests, the client that sends them, and what can go wrong."""
