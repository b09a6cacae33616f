"""How a file in the inbox becomes a job with a plan, and how an original goes back."""
