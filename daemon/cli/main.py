"""The commands. Each loads what it needs when it runs: `status` and `pause` must not pay for an SDK."""

from __future__ import annotations

import errno
import json
import os
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NoReturn, TextIO

import click

from daemon.cli.options import (
    NAME_TYPE,
    NAMES_MAY_BEGIN_WITH_A_HYPHEN,
    Say,
    load_root,
    load_root_in_force,
    load_root_or_defaults,
    print_error,
    takes_config,
    takes_wait,
)
from daemon.cli.service.commands import service
from daemon.errors import (
    EXIT_HELD,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_SOME_FAILED,
    ConfigError,
    TranscriptdError,
    UsageError,
    say_error,
)
from daemon.settings.config import FILE_NAME, Root, check_folders
from daemon.system.disk_faults import find_used_up
from daemon.system.file_names import shown
from daemon.system.process.patient_output import MOST_WAITING, make_patient, open_standard_streams
from daemon.system.process.resources import give_back_freed_memory, is_no_memory
from daemon.system.process.threads import NoThreadError, is_no_thread

_LAST_WORDS_SECONDS = 1.0
_MOST_RESULTS = 1_000_000  # of a search
_FOLDERS = ("inbox", "outbox", "state")
_NO_RIGHT = "Run this as a user who may, or change the permissions there"
_NO_MEMORY = (
    "There is not enough memory for this, or a limit leaves too little of it. Close other programs, or raise "
    "the limit (ulimit -v, MemoryMax=, LimitAS=); nothing is lost, and run again it goes on where it was."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="transcriptd", prog_name="transcriptd")
@takes_config
def cli() -> None:
    """Turns raw transcripts into readable ones: drop files into inbox/, take them from outbox/."""


cli.add_command(service)


@cli.command()
@click.argument("directory", type=NAME_TYPE, default=".", metavar="[DIR]")
def init(directory: str) -> None:
    """Make a root: config.yaml, inbox, outbox, state."""
    from daemon.settings.config_text import write_config_text

    try:
        os.makedirs(directory, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"{shown(directory)} is a file, or below one.", "Name a folder.") from None
    path = os.path.join(directory, FILE_NAME)
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(write_config_text())
    except FileExistsError:
        raise UsageError(f"{shown(path)} is there already.", "It was left as it is.") from None
    for name in _FOLDERS:
        os.makedirs(os.path.join(directory, name), mode=0o700 if name == "state" else 0o755, exist_ok=True)
    config = "" if os.path.samefile(directory, ".") else f"--config {shlex.quote(path)} "
    start = f"transcriptd {config}run"
    click.echo(f"Made {shown(os.path.abspath(directory))}. Start it with: {start}")


@cli.command()
@takes_config
@click.pass_context
def run(context: click.Context) -> None:
    """Run the daemon in the foreground. Ctrl-C or SIGTERM ends it, losing nothing."""
    from daemon.cli.run import run_daemon

    root = load_root(context)
    _make_folders(root)
    with _speaking_patiently():
        code = run_daemon(root)
    sys.exit(code)


@cli.command()
@takes_config
@takes_wait("How long to wait once only held or paused work, a message batch or an open file is left.")
@click.pass_context
def once(context: click.Context, wait: float) -> None:
    """Clean what is in the inbox and every open job, then exit. Prints the paths of the results."""
    from daemon.cli.run import run_once

    root = load_root(context)
    _make_folders(root)
    with _speaking_patiently() as say:
        code = run_once(root, wait, say)
    sys.exit(code)


@cli.command()
@takes_config
@click.argument("files", type=NAME_TYPE, nargs=-1, required=True, metavar="FILE|DIR...")
@click.option(
    "--output", type=NAME_TYPE, default=".", show_default=True, metavar="DIR", help="Where the results go."
)
@takes_wait("How long to wait, as for `once`.")
@click.pass_context
def clean(context: click.Context, files: tuple[str, ...], output: str, wait: float) -> None:
    """Clean just these files, or all in a folder. They stay where they are; prints the results' paths.

    What an earlier run with the same DIR has left unfinished is finished, too.
    """
    from daemon.cli.run import clean_files

    root = load_root_or_defaults(context)
    with _speaking_patiently() as say:
        code = clean_files(root, files, output, wait, say)
    sys.exit(code)


@cli.command()
@takes_config
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--watch", is_flag=True, help="Look again each second, until Ctrl-C.")
@click.pass_context
def status(context: click.Context, as_json: bool, watch: bool) -> None:
    """Show what is waiting, working, paused, held or failed, and why. What it cost, too."""
    root = load_root_in_force(context)
    last = ""
    while True:
        text = _describe_status(root, as_json=as_json)
        if text != last:
            if watch and sys.stdout.isatty():
                click.clear()
            click.echo(text, nl=False)
        if not watch:
            return
        last = text
        time.sleep(1)


def _describe_status(root: Root, *, as_json: bool) -> str:
    from daemon.status.snapshot import read_snapshot
    from daemon.status.table import describe_status

    snapshot = read_snapshot(root)
    if as_json:
        return json.dumps(snapshot.to_dict(), indent=1) + "\n"
    return describe_status(snapshot, root.inbox, snapshot.index)


@cli.command(context_settings=NAMES_MAY_BEGIN_WITH_A_HYPHEN)
@takes_config
@click.argument("job", type=NAME_TYPE, required=False)
@click.option("--reason", default="", help="Shown by `status` while it is paused.")
@click.pass_context
def pause(context: click.Context, job: str | None, reason: str) -> None:
    """Begin nothing new, everywhere or for one job. What is in flight ends and is saved."""
    from daemon.cli import job_commands

    click.echo(job_commands.pause(load_root_in_force(context), job, reason))


@cli.command(context_settings=NAMES_MAY_BEGIN_WITH_A_HYPHEN)
@takes_config
@click.argument("job", type=NAME_TYPE, required=False)
@click.pass_context
def resume(context: click.Context, job: str | None) -> None:
    """Go on after `pause`."""
    from daemon.cli import job_commands

    click.echo(job_commands.resume(load_root_in_force(context), job))


@cli.command(context_settings=NAMES_MAY_BEGIN_WITH_A_HYPHEN)
@takes_config
@click.argument("job", type=NAME_TYPE)
@click.option("--fresh", is_flag=True, help="Back to the inbox, to be cleaned anew under today's config.")
@click.pass_context
def retry(context: click.Context, job: str, fresh: bool) -> None:
    """Let a failed job go on; its finished chunks are kept."""
    from daemon.cli import job_commands

    act = job_commands.start_over if fresh else job_commands.retry
    click.echo(act(load_root_in_force(context), job))


@cli.command(context_settings=NAMES_MAY_BEGIN_WITH_A_HYPHEN)
@takes_config
@click.argument("job", type=NAME_TYPE)
@click.pass_context
def discard(context: click.Context, job: str) -> None:
    """Give a job up. The original and what was cleaned go to outbox/rejected/."""
    from daemon.cli import job_commands

    click.echo(job_commands.discard(load_root_in_force(context), job))


@cli.command(context_settings=NAMES_MAY_BEGIN_WITH_A_HYPHEN)
@takes_config
@click.option("--flagged", is_flag=True, help="Ask again only for the passages that were not cleaned.")
@click.option("--model", type=NAME_TYPE, metavar="MODEL", help="With --flagged: the model that is asked.")
@click.argument("results", type=NAME_TYPE, nargs=-1, required=True, metavar="RESULT...")
@click.pass_context
def redo(context: click.Context, results: tuple[str, ...], flagged: bool, model: str | None) -> None:
    """Have results cleaned once more. Their originals go back into the inbox; the old results stay."""
    from daemon.cli.result_commands import redo_flagged, redo_results

    if model is not None and not flagged:
        raise click.UsageError("--model goes with --flagged; else set `model` in config.yaml.")
    if flagged:
        sys.exit(redo_flagged(load_root(context), results, model, click.echo, print_error))
    sys.exit(redo_results(load_root(context), results, click.echo, print_error))


@cli.command()
@takes_config
@click.argument("results", type=NAME_TYPE, nargs=-1, required=True, metavar="RESULT...")
@click.pass_context
def render(context: click.Context, results: tuple[str, ...]) -> None:
    """Make results again under today's settings. Speakers, outputs, layout and so on; sends no request."""
    from daemon.cli.result_commands import render_results

    sys.exit(render_results(load_root(context), results, click.echo, print_error))


@cli.command()
@takes_config
@click.argument("result", type=NAME_TYPE, metavar="RESULT")
@click.argument("edits", type=NAME_TYPE, metavar="EDITS")
@click.pass_context
def amend(context: click.Context, result: str, edits: str) -> None:
    """Put the edits of a review into its result. EDITS is the NAME.edits.json; sends no request."""
    from daemon.cli.result_commands import amend_result_by

    sys.exit(amend_result_by(load_root(context), result, edits, click.echo, print_error))


@cli.command()
@takes_config
@click.argument("files", type=NAME_TYPE, nargs=-1, required=True, metavar="FILE|DIR...")
@click.pass_context
def estimate(context: click.Context, files: tuple[str, ...]) -> None:
    """Say what files will take, before it is spent. Words, chunks, tokens, dollars; of folders, too."""
    from daemon.cli.estimate import say_estimates

    sys.exit(say_estimates(load_root_or_defaults(context), files, click.echo, print_error))


@cli.command()
@takes_config
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--limit",
    type=click.IntRange(1, _MOST_RESULTS),
    default=10,
    show_default=True,
    metavar="N",
    help="How many results to show at most.",
)
@click.pass_context
def search(context: click.Context, words: tuple[str, ...], as_json: bool, limit: int) -> None:
    """Find what was said. Words, "words in a row", begin*; newest first, with the words around."""
    from daemon.cli.search import say_hits

    say_hits(load_root(context), words, limit, click.echo, as_json=as_json)


@cli.command()
@takes_config
@click.option("--offline", is_flag=True, help="Send no request: don't ask about key and model.")
@click.option("--try", "trial", is_flag=True, help="Have the model clean a short built-in text, as a trial.")
@click.pass_context
def check(context: click.Context, offline: bool, trial: bool) -> None:
    """Look for what would go wrong, and say how to mend it."""
    from daemon.cli.check.report import report_findings

    if offline and trial:
        raise click.UsageError("--try sends a request, and --offline none: leave one of them out.")
    sys.exit(report_findings(load_root(context), click.echo, offline=offline, trial=trial))


@contextmanager
def _speaking_patiently() -> Iterator[Say]:
    """Within, nobody who does not read stops anything; gives what says a line on stdout.

    The end waits for whoever reads the lines on stdout, for they are the results; hardly for the log.
    """
    stdout, stderr = make_patient(sys.stdout), make_patient(sys.stderr, MOST_WAITING)
    before, sys.stderr = sys.stderr, stderr
    try:
        yield lambda line: print(line, file=stdout)
        stdout.drain(None)
    finally:
        stderr.drain(_LAST_WORDS_SECONDS)
        sys.stderr = before


def _make_folders(root: Root) -> None:
    """Make what is missing of a fresh root; a folder that was there before is never made again."""
    check_folders(root)
    if not os.path.isdir(root.state):
        for path in (root.inbox, root.outbox):
            os.makedirs(path, exist_ok=True)
    for name in ("inbox", "outbox"):
        path = getattr(root, name)
        if not os.path.isdir(path):
            raise ConfigError(f"The {name} {path} is not there.", "Mount it, or make it again.")


def _ensure_time_zone() -> None:
    """Go by UTC where $TZ is a day or more off it, which can't be reckoned with."""
    try:
        datetime.now().astimezone()
    except (ValueError, OverflowError):
        said = shown(os.environ.get("TZ", ""))
        click.echo(f"transcriptd: TZ={said} is not a time zone; the day and all times go by UTC.", err=True)
        os.environ["TZ"] = "UTC"
        time.tzset()


def _let_owner_use_new_files() -> None:
    """Take nothing from the owner, whatever the umask: after 777 no start could open its state/."""
    os.umask(os.umask(0) & 0o077)


def main() -> NoReturn:
    """The command `transcriptd`: every expected error becomes one sentence and an exit code."""
    open_standard_streams()
    _let_owner_use_new_files()
    give_back_freed_memory()
    _ensure_time_zone()
    try:
        cli.main(prog_name="transcriptd", standalone_mode=False)
    except TranscriptdError as error:
        _say_last(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _say_last(error)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(EXIT_INTERRUPTED)
    except OSError as error:
        _say_last(_explain_os_error(error))
        sys.exit(EXIT_SOME_FAILED)
    except (MemoryError, SystemError, RuntimeError, ImportError) as error:
        if is_no_thread(error):
            _say_last(NoThreadError())
            sys.exit(EXIT_HELD)
        if not is_no_memory(error):
            raise
        _say_last(_NO_MEMORY)
        sys.exit(EXIT_SOME_FAILED)
    sys.exit(EXIT_OK)


def _say_last(why: Exception | str) -> None:
    """Say on stderr why this ends; where that takes nothing either, the exit code is left to tell it."""
    try:
        if isinstance(why, click.ClickException):
            why.show()
        else:
            click.echo(f"transcriptd: {why}", err=True)
    except OSError:
        _drop_what_is_kept(sys.stderr)


def _explain_os_error(error: OSError) -> str:
    path = error.filename if isinstance(error.filename, str) else ""
    if not os.path.isabs(path) and _is_here_gone():
        return "The folder that this was run in is gone. Go to one that is there, and run it again."
    if not path and _drop_refused_output():
        return f"What this prints can't be written: {say_error(error)}. Let it print elsewhere."
    where = f"{shown(path)}: " if path else ""
    mend = _NO_RIGHT if error.errno == errno.EACCES else "Mend it, or its permissions"
    return f"{where}{say_error(error)}. {find_used_up(error) or mend}."


def _drop_refused_output() -> bool:
    """Whether stdout takes not even the end of a line; what it kept is dropped then."""
    try:
        click.echo()
    except OSError:
        _drop_what_is_kept(sys.stdout)
        return True
    return False


def _drop_what_is_kept(stream: TextIO) -> None:
    """Let a stream that takes nothing lead nowhere, or Python gives an exit code of its own in the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _is_here_gone() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False
