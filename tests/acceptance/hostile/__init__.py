"""What may be dropped into the inbox by mistake or by malice, and what becomes of each kind."""
