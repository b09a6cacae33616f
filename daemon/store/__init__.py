"""What lies in the state folder: jobs, their plans and checkpoints, and PAUSE files."""
