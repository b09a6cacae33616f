"""`python -m daemon` is `transcriptd`."""

from daemon.cli import main

main()
