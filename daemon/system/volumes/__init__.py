"""Where the inbox, the outbox and the state lie, what can be done there, and whether that is still so."""
