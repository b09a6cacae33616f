"""What the documents say is what the program does."""

import inspect
import json
import os
import re
from pathlib import Path

import pytest

import daemon
from daemon import errors
from daemon.cli import main as cli
from daemon.library.resumable import Processor
from daemon.settings.config import Config
from daemon.text.languages import knowledge
from tests.conftest import until
from tests.messages_server import error

PROSE = {"is", "works"}  # words that follow the program's name in sentences
OTHER_NAMES = {
    "process_with_checkpoints",
    "zsh_source",
    "fish_source",
    "anthropic_api_key",
    "openai_api_key",
    "next_step",
    "looks_like",
    "read_object",
    "saved_today",
    "requests_in_batches",
    "cost_bounded",
}
HERE = Path(__file__).parent.parent.parent
README = (HERE / "README.md").read_text()
CHANGELOG = (HERE / "CHANGELOG.md").read_text()
LOOKING_IN = (HERE / "docs/looking-in.md").read_text()
EXAMPLE = (HERE / "examples/team-meeting.vtt").read_text()
LECTURE = "\n\n".join(
    f"{name}: um {' '.join(f'at {n} the harbour is open and ships come' for n in range(9))} {number}."
    for number, name in enumerate(["Ann", "Ben"] * 6)
)
PRICES = {"claude-haiku-5-5": {"input": 1, "output": 5}}


def test_the_readme_names_every_command_and_no_other():
    table = re.search(r"\| command \| does \|\n(.*?)\n\n", README, re.S).group(1)
    named = set()
    for row in table.splitlines()[1:]:
        named |= {words.split()[0] for words in re.findall(r"`([a-z].*?)`", row.split("|")[1])}
    assert named == set(cli.cli.commands)


def test_the_readme_names_every_exit_code():
    codes = {getattr(errors, name) for name in dir(errors) if name.startswith("EXIT_")}
    text = re.search(r"Exit codes:(.*?)\n\n", README, re.S).group(1)
    assert {int(code) for code in re.findall(r"\b(\d+) ", text)} == codes


@pytest.mark.parametrize(
    "document", ["README.md", *(f"docs/{path.name}" for path in (HERE / "docs").glob("*.md"))]
)
def test_every_setting_that_a_document_names_exists(document):
    text = (HERE / document).read_text()
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text))
    assert named <= set(Config.__struct_fields__) | OTHER_NAMES


def test_every_link_between_the_documents_leads_somewhere():
    for document in (HERE / "docs").glob("*.md"):
        for name in re.findall(r"\]\(([a-z][^):#]*)\)", document.read_text()):
            assert (document.parent / name).exists(), (document.name, name)


def test_every_command_that_a_document_shows_exists():
    for document in [HERE / "README.md", *(HERE / "docs").glob("*.md")]:
        for word in re.findall(r"transcriptd (?:--config \S+ )?([a-z]+)\b", document.read_text()):
            assert word in cli.cli.commands or word in PROSE, (document.name, word)


def test_the_languages_that_have_rules_are_named_and_no_others():
    text = " ".join((HERE / "docs/offline.md").read_text().split())
    named = re.search(r"There are rules for (.*?) and (\w+)\.", text)
    assert [*named[1].split(", "), named[2]] == sorted(
        knowledge.name_of(code) for code, language in knowledge.load_all().items() if language.rules
    )


def test_every_file_that_the_readme_names_is_there():
    for name in re.findall(r"\]\(([a-z][^):#]*)\)", README):
        assert (HERE / name).exists(), name
    assert (HERE / "examples/team-meeting.vtt").exists()


def test_the_changelog_begins_with_what_is_not_released_yet_and_then_the_present_version():
    headings = re.findall(r"^## (\S+)", CHANGELOG, re.M)
    assert next(heading for heading in headings if heading != "Unreleased") == daemon.__version__
    assert "Unreleased" not in headings[1:]


def test_the_readmes_library_example_runs(tmp_path, monkeypatch, server):
    code = re.search(r"```python\n(.*?)```", README, re.S).group(1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
    scope = {"api_key": "sk-test"}
    exec(compile(code, "README.md", "exec"), scope)
    assert scope["completed"]
    assert scope["results"][0].cleaned_text == "hello and welcome"


def test_a_processor_of_ones_own_is_described_as_it_is_called():
    told = re.search(r"`process_chunk\((.*?)\)`", (HERE / "docs/library.md").read_text()).group(1)
    called = inspect.signature(Processor.process_chunk)
    assert ["self", *told.split(", ")] == list(called.parameters)


# --- what a person sees -------------------------------------------------------------------------------


def pictures(heading):
    """What is shown under a heading, command by command, without the command."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", LOOKING_IN, re.S | re.M).group(1)
    return [plain(text) for text in re.findall(r"^```\n\$ .*?\n(.*?)^```", section, re.S | re.M)]


def plain(text):
    """A screen without what differs from run to run: bars, speed, times, dollars, paths, pids.

    A question is said to be out once it has been so for seconds: that depends on when somebody looks.
    """
    for pattern, same in (
        (r"^A question has been out since .*\n", ""),
        (r" *[━╸╺]+ +", " ━ "),
        (r"(?<=chunks|.files)( +\d+( chunks)?/min)? +", " "),
        (r" (-:--:--|\d+:\d\d:\d\d)( left)?$", r" 0:00:00\2"),
        (r"\$\d\.\d{4}\b", "$0.0000"),
        (r"/\S+/(inbox|outbox)", r"/\1"),
        (r"pid \d+", "pid 1"),
    ):
        text = re.sub(pattern, same, text, flags=re.M)
    return text


def words(text):
    """The same whatever line a word stands in, and whoever answers, and when."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "today", text.replace("api.anthropic.com", "127.0.0.1"))
    return text.split()


def stop_half_way(server):
    """Have the server wait with its answer to the lecture's second half, until it is released."""

    def answer(body):
        if " 7." in json.dumps(body) and not stopped:
            stopped.append(True)
            server.hold()
        return ordinary(body)

    stopped, ordinary, server.answer = [], server.answer, answer


def test_what_is_shown_of_work_is_what_a_terminal_shows(make_root, server, terminal):
    root = make_root(base_url=server.url, concurrency=1, chunk_words=160, prices=PRICES)
    stop_half_way(server)
    root.drop("team-meeting.vtt", EXAMPLE)
    os.utime(root.inbox / "team-meeting.vtt", (1, 1))
    root.drop("lecture.txt", LECTURE)
    bars, status = pictures("While it works")
    once = terminal(root, "once")
    once.until(lambda screen: plain(screen) == bars)
    until(lambda: plain(root.command("status").stdout) == status)
    watch = terminal(root, "status", "--watch")
    watch.until(lambda screen: plain(screen) == status)
    root.command("pause")
    watch.until(lambda screen: "PAUSED. To go on" in screen)
    root.command("resume")
    watch.until(lambda screen: plain(screen) == status)
    server.release()
    assert once.end() == 0
    assert plain(once.screen()) == pictures("At the end")[0]
    watch.until(lambda screen: "Nothing to do" in screen)
    watch.press_ctrl_c()
    assert watch.end() == errors.EXIT_INTERRUPTED


def test_what_is_shown_of_a_root_without_work_is_what_status_prints(root):
    assert [plain(root.command("status").stdout)] == pictures("Nothing to do")


def test_what_is_shown_of_a_hold_is_what_status_prints(make_root, server):
    root = make_root(base_url=server.url)
    (root.path / ".api-key").touch(0o600)
    (root.path / ".api-key").write_text("a-key\n")
    server.fault = lambda body: error(401, "authentication_error")
    root.drop("talk.txt")
    root.start().logged("held")
    until(lambda: root.status()["daemon"]["held"])
    assert words(plain(root.command("status").stdout)) == words(pictures("Held")[0])


def test_what_is_shown_of_what_can_not_go_on_is_what_status_prints(make_root, server):
    root = make_root(base_url=server.url, budget_usd_per_job=0.0001, prices=PRICES)
    root.drop("chat.txt")
    root.command("once", check=False)
    root.write_config(budget_usd_per_job=None)
    server.hold()
    root.drop("song.txt")
    daemon_process = root.start()
    server.wait_for(1)
    root.command("pause", "song", "--reason", "Ben reads it first")
    root.command("pause", "--reason", "until Ann is back")
    daemon_process.kill()
    (root.state / "ledger.csv").unlink()
    root.drop("more.txt")
    assert [plain(root.command("status").stdout)] == pictures("Paused, failed")


def test_what_the_readme_shows_of_the_log_is_what_is_logged(root):
    daemon_process = root.start()
    daemon_process.logged("watching")
    root.drop("team-meeting.vtt", EXAMPLE)
    daemon_process.logged("delivered")
    shown = re.search(r"What you will see:\n\n```\n(.*?)```", README, re.S).group(1)
    for line in shown.splitlines():
        parts = [part.strip() for part in re.split("…", line) if part.strip()]
        assert any(all(part in said for part in parts) for said in daemon_process.log), line
