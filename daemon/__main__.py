"""`python -m daemon` is `transcriptd`."""

from daemon.cli.main import main

main()
