"""What is left of the promises when the process dies, the disk fails or a file is damaged."""
