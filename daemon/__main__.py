"""`transcriptd`, and `python -m daemon`, which is the same."""

import sys


def main() -> None:
    """Run the command; from the first moment on Ctrl-C ends it without a traceback, and a reload does not."""
    try:
        from daemon.cli.signals import outlive_early_hangup

        outlive_early_hangup()
        from daemon.cli.main import main as run_command  # here: loading it takes the longest

        run_command()
    except KeyboardInterrupt:
        from daemon.errors import EXIT_INTERRUPTED

        sys.exit(EXIT_INTERRUPTED)


if __name__ == "__main__":
    main()
