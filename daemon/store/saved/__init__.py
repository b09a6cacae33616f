"""What is saved of the work on a job: each in a file of its own, which is whole or counts for nothing."""
