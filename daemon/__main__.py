"""`transcriptd`, and `python -m daemon`, which is the same."""

import sys


def main() -> None:
    """Run the command; Ctrl-C ends it without a traceback from the first moment on."""
    try:
        from daemon.cli.main import main as run_command  # here: loading it takes the longest

        run_command()
    except KeyboardInterrupt:
        from daemon.errors import EXIT_INTERRUPTED

        sys.exit(EXIT_INTERRUPTED)


if __name__ == "__main__":
    main()
