"""Message batches: what can wait is sent together, at half the price, and comes home in a day."""
