"""What `once` and `clean` show at a terminal: bars that stay whole, what a person must know above."""

import re
import subprocess
import time

import pytest

from daemon import errors
from tests import HANG_SECONDS
from tests.conftest import TRANSCRIPT, environment, program
from tests.messages_server import error


def test_warnings_and_results_stand_above_the_bars(model_root, server, terminal):
    server.hold()
    model_root.drop("talk.txt")
    once = terminal(model_root, "once")
    once.until(lambda screen: "talk" in screen)
    model_root.drop("noise.txt", bytes(range(256)) * 9)
    once.until(lambda screen: "rejected name='noise.txt'" in " ".join(screen.split()))
    server.release()
    assert once.end() == errors.EXIT_SOME_FAILED
    *above, bar, outcome = once.screen().splitlines()
    assert bar.startswith("all ━")
    assert " 2/2 files" in bar
    assert outcome.startswith("1 delivered, 1 rejected, $")
    assert outcome.endswith(f"; see {model_root.outbox}/index.html")
    assert f"{model_root.outbox}/talk" in above
    assert not any("━" in line for line in above)


def test_a_hold_is_said_while_the_bars_wait(model_root, server, terminal):
    server.fault = lambda body: error(401, "authentication_error")
    model_root.drop("talk.txt")
    once = terminal(model_root, "once", "--wait", "1")
    assert once.end() == errors.EXIT_HELD
    assert "wants an API key" in " ".join(once.screen().split())


def test_a_long_name_is_cut_and_the_numbers_are_not(model_root, server, terminal):
    server.hold()
    model_root.drop(f"{'a long name ' * 9}.txt")
    screen = terminal(model_root, "once").until(lambda screen: "a long name" in screen)
    bar = next(line for line in screen.splitlines() if "a long name" in line)
    assert "…" in bar
    assert "chunks" in bar
    assert len(bar) <= 80


def test_a_name_that_looks_like_markup_is_shown_as_it_is(model_root, server, terminal):
    server.hold()
    model_root.drop("[red]talk[.txt")
    terminal(model_root, "once").until(lambda screen: "[red]talk[ " in screen)


def test_paths_go_to_a_file_and_the_bars_to_the_terminal(root, terminal, tmp_path):
    root.drop("talk.txt")
    once = terminal(root, "once", out=tmp_path / "out")
    assert once.end() == 0
    assert (tmp_path / "out").read_text() == f"{root.outbox}/talk\n"
    assert once.screen().startswith("all ━")


def start_with_files(root, server, terminal, count):
    """The bars of `once` over so many files, of which none is answered before the server is released."""
    server.hold()
    for number in range(count):
        root.drop(f"talk-{number}.txt", f"Ann: um this is talk number {number}.\n")
    once = terminal(root, "once")
    once.until(lambda screen: f" 0/{count} files" in screen)
    return once


def test_the_bar_over_all_counts_what_still_waits(make_root, server, terminal):
    once = start_with_files(make_root(base_url=server.url, concurrency=1), server, terminal, 12)
    server.release()
    assert once.end() == 0
    assert " 12/12 files" in once.screen()


def test_the_rate_is_that_of_the_run_and_not_of_its_fastest_moment(make_root, server, terminal):
    once = start_with_files(make_root(base_url=server.url, concurrency=1), server, terminal, 5)
    time.sleep(1.0)  # nothing comes, and then all at once: five in a second at the most
    server.release()
    assert once.end() == 0
    rate = re.search(r"([0-9,]+) chunks/min", once.screen())[1]
    assert int(rate.replace(",", "")) <= 60 * 5


def test_a_person_is_told_that_there_was_nothing_to_do(root, terminal):
    once = terminal(root, "once")
    assert once.end() == 0
    assert once.screen() == f"Nothing was waiting in {root.inbox}\n"


def test_a_person_is_not_told_that_nothing_was_waiting_where_a_file_was_left(root, terminal):
    root.drop("half.txt.part")
    once = terminal(root, "once")
    assert once.end() == 0
    assert "left name='half.txt.part'" in once.screen()
    assert "Nothing was waiting" not in once.screen()


def test_nobody_at_a_terminal_is_shown_the_paths_and_the_log(root):
    root.drop("talk.txt", TRANSCRIPT)
    done = root.command("once")
    assert done.stdout == f"{root.outbox}/talk\n"
    assert "delivered job=talk" in done.stderr
    assert "━" not in done.stderr


def test_a_result_whose_path_nobody_reads_is_delivered_all_the_same(root, tmp_path):
    root.drop("talk.txt", TRANSCRIPT)
    broken = subprocess.run(
        [
            "sh",
            "-c",
            '"$@" | true; test -z "$(ls "$0/state" | grep talk)"',
            str(root.path),
            *program(root),
            "once",
        ],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=HANG_SECONDS,
    )
    assert "failed=0" in broken.stderr
    assert "failed job" not in broken.stderr
    assert (broken.returncode, root.results()) == (0, ["talk"])


@pytest.mark.parametrize("command", ["once", "clean"])
def test_where_text_leaves_this_machine_the_first_line_says_to_which_server(make_root, terminal, command):
    root = make_root(base_url="http://nowhere.invalid", model="a-model")
    root.drop("talk.txt")
    named = [str(root.inbox / "talk.txt"), "--output", str(root.path / "cleaned")]
    once = terminal(root, command, *(named if command == "clean" else []), "--wait", "0")
    assert once.end() == errors.EXIT_HELD
    assert once.screen().startswith("Transcripts are sent to http://nowhere.invalid, to a-model\n")


def test_clean_says_so_where_nobody_looks_at_a_terminal_too(make_root):
    root = make_root(base_url="http://nowhere.invalid", model="a-model")
    root.drop("talk.txt")
    named = (str(root.inbox / "talk.txt"), "--output", str(root.path / "cleaned"), "--wait", "0")
    said = root.command("clean", *named, check=False).stderr
    assert said.count("Transcripts are sent to http://nowhere.invalid, to a-model\n") == 1
