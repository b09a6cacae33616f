"""What lies in the outbox: results are rendered from finished jobs and put there whole."""
