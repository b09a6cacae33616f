"""The supervisor and its jobs: what is due is done, one step after the other."""
