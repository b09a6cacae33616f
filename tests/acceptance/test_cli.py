"""The commands, each as a person runs it."""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from tests import HANG_SECONDS
from tests.conftest import TRANSCRIPT, environment, program, until
from tests.messages_server import Reply, error


def talk_of(sentences):
    return "\n\n".join(f"Ann: um sentence {n} of this talk is here." for n in range(sentences))


BOUND_BY_MODES = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Words before a command that has even root heed the modes of files."""


def words(*command, cwd=None, env=None):
    return subprocess.run(
        [sys.executable, "-m", "daemon", *command],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment(env),
        timeout=HANG_SECONDS,
    )


# --- what is typed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("once --wait -5", "--wait"),
        ("once --wait nan", "--wait"),
        ("clean --wait -1 inbox", "--wait"),
        ("search --limit 0 tea", "--limit"),
        ("search --limit -3 tea", "--limit"),
        (f"search --limit {10**30} tea", "--limit"),
    ],
)
def test_a_number_out_of_its_bounds_is_refused_by_the_name_of_its_option(root, command, named):
    done = words(*command.split(), cwd=root.path)
    assert done.returncode == 2
    assert f"'{named}'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("--config", "", "status"),
        ("init", ""),
        ("clean", ""),
        ("clean", "--output", "", "inbox"),
        ("estimate", ""),
        ("redo", ""),
        ("amend", "", "x"),
        ("retry", ""),
        ("pause", ""),
        ("service", "show", "--run-as", ""),
    ],
)
def test_an_empty_name_is_refused_and_stands_for_nothing_else(root, command):
    done = words(*command, cwd=root.path)
    assert done.returncode == 2
    assert "nothing is named" in done.stderr
    assert not (root.path / "PAUSE").exists()


@pytest.mark.parametrize("command", ["status", "status --json", "search tea", "--help", "service show"])
def test_output_that_nobody_reads_is_no_success_and_no_traceback(root, command):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "daemon", *command.split()],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root.path,
        env=environment(),
        timeout=HANG_SECONDS,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("there", [(), ("outbox",)])
def test_what_only_looks_makes_no_folder_before_the_first_start(root, tmp_path, there):
    (tmp_path / "talk.txt").write_text(TRANSCRIPT)
    for name in {"inbox", "outbox", "state"}.difference(there):
        (root.path / name).rmdir()
    root.command("clean", str(tmp_path / "talk.txt"), "--output", str(tmp_path / "out"))
    before = sorted(os.listdir(root.path))
    root.command("render", str(tmp_path / "out" / "talk"))
    for command in (["status"], ["check"], ["estimate", str(tmp_path / "talk.txt")]):
        root.command(*command)
    found = root.command("search", "welcome", check=False)
    assert ("Nothing found" in found.stdout) if there else ("outbox" in found.stderr)
    assert sorted(os.listdir(root.path)) == before
    root.command("once")


def test_the_list_of_commands_has_a_whole_sentence_for_each():
    listed = words("--help", env={"COLUMNS": "80"}).stdout.partition("Commands:\n")[2].splitlines()
    assert len(listed) >= 16
    assert not [line for line in listed if not line.endswith(".")]
    assert not [line for line in listed if line.endswith("...")]


def test_the_config_may_be_named_before_the_command_and_after_it(root, tmp_path):
    config = str(root.path / "config.yaml")
    for command in (["--config", config, "status"], ["status", "--config", config]):
        assert words(*command, cwd=tmp_path).returncode == 0
    assert words("--config", config, "status", "--config", config, cwd=tmp_path).returncode == 0
    assert "ExecStart" in words("service", "show", "--config", config, cwd=tmp_path).stdout
    two = words("--config", config, "status", "--config", "other.yaml", cwd=tmp_path)
    assert two.returncode == 2
    assert "given twice" in two.stderr


@pytest.mark.parametrize("command", ["status", "once", "init", "init x", "clean a.txt", "estimate a.txt"])
def test_a_folder_that_is_gone_is_said_in_a_sentence(tmp_path, command):
    gone = tmp_path / "gone"
    line = f"mkdir {gone} && cd {gone} && rmdir {gone} && {sys.executable} -m daemon {command}"
    env = environment() | {"PYTHONPATH": os.getcwd()}
    done = subprocess.run(line, shell=True, capture_output=True, text=True, env=env, timeout=HANG_SECONDS)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "The folder that this was run in is gone" in done.stderr


# Too little for the modules, and for the first thread. With some 80 MB the interpreter itself may give up:
# where a job has nearly enough, any of its calls can be the one that lacks it.
@pytest.mark.parametrize("kilobytes", [45_000, 60_000])
def test_too_little_memory_is_said_in_a_sentence_and_loses_nothing(root, kilobytes):
    root.drop("talk.txt", TRANSCRIPT)
    line = f"ulimit -v {kilobytes} && {sys.executable} -m daemon once"
    done = subprocess.run(
        line,
        shell=True,
        capture_output=True,
        text=True,
        cwd=root.path,
        env=environment(),
        timeout=HANG_SECONDS,
    )
    assert done.returncode in (1, 69)  # as it is a library that lacks it, or a thread
    assert "not enough memory" in done.stderr or "too little memory" in done.stderr
    assert "Traceback" not in done.stderr
    root.command("once")
    assert (root.path / "outbox/talk/talk.md").exists()


@pytest.mark.parametrize(
    "name", [".catalogue.sqlite", ".catalogue.sqlite-journal", ".daemon.json", ".config.yaml", ".ledgers"]
)
def test_a_pipe_in_the_place_of_a_file_in_state_is_named_and_waited_for_by_nobody(root, name):
    root.drop("talk.txt", TRANSCRIPT)
    assert root.command("once").returncode == 0
    path = root.path / "state" / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    told = " ".join(root.command("status").stdout.split())
    assert f"{path} is a pipe, where a file of the program's own belongs." in told
    search = root.command("search", "tea", check=False)
    assert search.returncode == 78
    assert f"{path} is a pipe" in search.stderr
    root.drop("other.txt", TRANSCRIPT.replace("um", "uh"))
    assert root.command("once", check=False).returncode == (78 if name == ".ledgers" else 0)


def test_a_file_in_the_place_of_the_batches_is_named(root):
    path = root.path / "state/.batches"
    path.touch()
    assert f"{path} is a file" in " ".join(root.command("status").stdout.split())
    for command in ("once", "check"):
        done = root.command(command, check=False)
        assert done.returncode == 78
        assert f"{path} is a file" in done.stdout + done.stderr


# --- init and bad configuration -------------------------------------------------------------------


def test_init_makes_a_root_that_starts_and_never_overwrites_one(tmp_path):
    made = words("init", str(tmp_path / "new"))
    assert made.returncode == 0, made.stderr
    assert {"config.yaml", "inbox", "outbox", "state"} <= set(os.listdir(tmp_path / "new"))
    assert words("--config", str(tmp_path / "new/config.yaml"), "once").returncode == 0
    again = words("init", str(tmp_path / "new"))
    assert again.returncode == 2
    assert "there already" in again.stderr


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"speed": 3}, "`speed`"),
        ({"chunk_words": "many"}, "`chunk_words`"),
        ({"review": "yes"}, "`review`"),
        ({"budget_usd_per_day": -5}, "`budget_usd_per_day`"),
        ({"prices": {"m": {"input": "free"}}}, "`prices`"),
        ({"budget_usd_per_job": 1, "model": "own", "base_url": "http://127.0.0.1:9"}, "`prices`"),
        ({"outputs": ["pptx"]}, "`outputs`"),
        ({"provider": "openai"}, "`model`"),
        (
            {"provider": "openai", "model": "own", "base_url": "http://127.0.0.1:9", "budget_usd_per_day": 1},
            "`prices`",
        ),
        ({"style": "no-such-prompt.md", "base_url": "http://127.0.0.1:9"}, "no-such-prompt.md"),
        ({"style": "notes", "provider": "offline"}, "offline rules"),
        ({"output_language": "German", "provider": "offline"}, "offline rules"),
        ({"outbox": "inbox/out"}, "inside"),
        ({"state": "inbox"}, "inside"),
        ({"inbox": "."}, "inbox"),
        ({"also": "Keep the jokes."}, 'Set `also: ""`, or put an API key'),
        ({"provider": "offline", "also": "Keep the jokes."}, "or set `provider: auto` and put an API key"),
    ],
)
def test_bad_configuration_stops_the_start_and_names_the_key(make_root, settings, named):
    root = make_root()
    root.write_config(**settings)
    done = root.command("run", check=False)
    assert done.returncode == 78
    assert named in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["run", "once", "check"])
@pytest.mark.parametrize(
    "settings",
    [
        {"provider": "openai", "model": "o3"},
        {"provider": "openai", "model": "openai/gpt-oss-120b", "base_url": "http://127.0.0.1:9"},
        {"provider": "anthropic", "model": "claude-opus-5-5"},
    ],
    ids=lambda settings: settings["model"],
)
def test_a_model_that_always_thinks_stops_the_start_where_it_is_told_not_to(root, settings, command):
    (root.path / ".api-key").write_text("a-key\n")
    (root.path / ".api-key").chmod(0o600)
    root.write_config(**settings, thinking=False)
    root.drop("talk.txt")
    done = root.command(command, check=False)
    assert done.returncode == 78
    assert f"{settings['model']} always thinks" in done.stdout + done.stderr
    assert "Set `thinking: null`" in done.stdout + done.stderr
    assert (root.inbox / "talk.txt").exists()


def test_a_missing_config_says_how_to_make_one(tmp_path):
    done = words("status", cwd=tmp_path)
    assert done.returncode == 78
    assert "transcriptd init" in done.stderr


def test_a_key_that_others_can_read_stops_the_start(root):
    key = root.path / ".api-key"
    key.write_text("secret-key\n")
    key.chmod(0o644)
    done = root.command("run", check=False)
    assert done.returncode == 78
    assert "chmod 600" in done.stderr
    assert "secret-key" not in done.stderr


def test_what_is_said_to_run_can_be_typed_as_it_stands_where_a_path_has_spaces(tmp_path):
    root = tmp_path / "my talks"
    config, key, script = root / "config.yaml", root / ".api-key", root / "a hook"
    _, start = words("init", str(root)).stdout.strip().split("Start it with: ")
    assert shlex.split(start) == ["transcriptd", "--config", str(config), "run"]
    script.write_text("#!/bin/sh\n")
    config.write_text(f"on_done: \"'{script}'\"\n")
    config.chmod(0o666)
    key.write_text("secret-key\n")
    key.chmod(0o644)
    for mend, path in (("chmod o-w", config), ("chmod 600", key), ("chmod +x", script)):
        done = words("--config", str(config), "check", "--offline")
        assert f"{mend} {shlex.quote(str(path))}" in done.stdout + done.stderr
        subprocess.run([*mend.split(), path], check=True)


def test_init_in_the_folder_one_is_in_names_no_config_to_start_with(tmp_path):
    assert words("init", cwd=tmp_path).stdout == f"Made {tmp_path}. Start it with: transcriptd run\n"


@pytest.mark.parametrize("name", ["notes.txt", "notes.txt/talks"])
def test_init_in_the_place_of_a_file_is_refused(tmp_path, name):
    (tmp_path / "notes.txt").write_text("mine")
    done = words("init", name, cwd=tmp_path)
    assert done.returncode == 2
    assert "is a file, or below one. Name a folder." in done.stderr
    assert (tmp_path / "notes.txt").read_text() == "mine"


# --- once -----------------------------------------------------------------------------------------


def test_once_works_the_inbox_to_its_end(root):
    root.drop("a.txt")
    root.drop("sub/b.txt")
    root.command("once")
    assert root.results() == ["a", "sub/b"]


def test_once_says_by_its_exit_code_that_something_was_rejected(root):
    root.drop("good.txt")
    root.drop("bad.txt", b"\x89PNG\r\n\x1a\n\0\0")
    assert root.command("once", check=False).returncode == 1
    assert root.results() == ["good", "rejected/bad"]


UNLISTED = """
import errno
import os

from daemon.cli.main import main

scandir, failing = os.scandir, iter(range({times}))


def list_folder(path):
    if str(path).rstrip("/").endswith("/inbox") and next(failing, None) is not None:
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
    return scandir(path)


os.scandir = list_folder
main()
"""  # the program, as a driver: a share that doesn't tell so many times what is in its inbox


def test_once_is_not_done_before_it_has_seen_what_is_in_the_inbox(root):
    root.drop("talk.txt")
    unlisted = root.start("once", "--wait", "1", driver=UNLISTED.format(times=100))
    assert unlisted.wait() == 69
    assert any("gave up waiting: The inbox" in line and "can't be listed" in line for line in unlisted.log)
    assert root.start("once", driver=UNLISTED.format(times=1)).wait() == 0
    assert root.results() == ["talk"]


def test_once_gives_up_waiting_while_held(model_root, server):
    server.fault = lambda body: Reply(status=401, body=b"{}")
    model_root.drop("talk.txt")
    done = model_root.command("once", "--wait", "1", check=False)
    assert done.returncode == 69
    assert "key" in done.stderr
    server.fault = lambda body: None
    model_root.command("once")
    assert model_root.results() == ["talk"]


def test_once_leaves_a_paused_job_and_says_how_it_goes_on(model_root, server):
    server.hold()
    model_root.drop("talk.txt")
    daemon = model_root.start()
    server.wait_for(1)
    model_root.command("pause", "talk")
    daemon.kill()
    server.release()
    done = model_root.command("once", check=False)
    assert done.returncode == 69
    assert "left paused job=talk; go on with: transcriptd resume talk" in done.stderr
    model_root.command("resume", "talk")
    model_root.command("once")
    assert model_root.results() == ["talk"]


def test_once_gives_up_waiting_while_paused_and_says_how_it_goes_on(root):
    root.drop("talk.txt")
    root.command("pause", "--reason", "lunch")
    ended = root.command("once", "--wait", "0.5", check=False)
    assert ended.returncode == 69
    assert "gave up waiting: paused (lunch); go on with: transcriptd resume" in ended.stderr
    root.command("resume")
    assert root.command("once").returncode == 0


def test_what_held_it_is_told_after_it_gave_up_and_no_more_once_it_could_go_on(model_root, server):
    server.fault = lambda body: error(401, "authentication_error")
    model_root.drop("talk.txt")
    ended = model_root.command("once", "--wait", "0.5", check=False)
    assert ended.returncode == 69
    assert "gave up waiting: 127.0.0.1" in ended.stderr
    assert ended.stderr.endswith("asked again at the next start.\n")
    assert "HELD when it ended: 127.0.0.1" in model_root.command("status").stdout
    assert "HELD when it ended: 127.0.0.1" in (model_root.outbox / "STATUS.txt").read_text()
    server.fault = lambda body: None
    model_root.command("once")
    assert "HELD" not in model_root.command("status").stdout


# --- clean ----------------------------------------------------------------------------------------


def test_clean_leaves_the_file_where_it_is_and_prints_the_path_of_the_result(tmp_path):
    (tmp_path / "talk.txt").write_text(TRANSCRIPT)
    done = words("clean", "talk.txt", "--output", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(tmp_path / "out" / "talk")]
    assert (tmp_path / "talk.txt").read_text() == TRANSCRIPT
    assert "Hello and welcome" in (tmp_path / "out/talk/talk.md").read_text()


UNENTERED = """
import errno
import os

from daemon.cli.main import main

real = os.open


def enter(path, *how, **where):
    if str(path).rstrip("/").endswith("/inbox"):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    return real(path, *how, **where)


os.open = enter
main()
"""  # the program, as a driver: of a user who may not look into the inbox


def test_clean_needs_no_inbox(root, tmp_path):
    (tmp_path / "talk.txt").write_text(TRANSCRIPT)
    command = ("clean", str(tmp_path / "talk.txt"), "--output", str(tmp_path / "out"))
    done = root.start(*command, driver=UNENTERED)
    assert done.wait() == 0, done.log
    assert "Hello and welcome" in (tmp_path / "out/talk/talk.md").read_text()


def test_clean_again_finds_the_result_and_does_nothing(model_root, server, tmp_path):
    (tmp_path / "talk.txt").write_text(TRANSCRIPT)
    command = ("clean", str(tmp_path / "talk.txt"), "--output", str(tmp_path / "out"))
    first = model_root.command(*command)
    asked = len(server.bodies)
    second = model_root.command(*command)
    assert first.stdout == second.stdout
    assert len(server.bodies) == asked > 0


def test_clean_takes_the_sidecar_beside_a_file_and_pays_for_no_other_names(model_root, server, tmp_path):
    (tmp_path / "talk.txt").write_text(TRANSCRIPT)
    sidecar, result = tmp_path / "talk.yaml", tmp_path / "out" / "talk"
    command = ("clean", str(tmp_path / "talk.txt"), "--output", str(tmp_path / "out"))
    sidecar.write_text("title: Our first talk\nspeakers: {Ann: Dr Ann Lee}\n")
    model_root.command(*command)
    text = (result / "talk.md").read_text()
    assert "# Our first talk" in text
    assert "Dr Ann Lee" in text
    assert (result / "original.yaml").read_text() == sidecar.read_text()
    asked = len(server.bodies)
    sidecar.write_text("title: Our last talk\nspeakers: {Ann: Dr Ann Lee}\n")
    assert model_root.command(*command).stdout.strip() == str(result)
    assert "# Our last talk" in (result / "talk.md").read_text()
    sidecar.write_text("title: Our last talk\nspeakers: {Ann: Dr Lee}\n")
    assert model_root.command(*command).stdout.strip() == str(result)
    assert "**Dr Lee:**" in (result / "talk.md").read_text()
    assert len(server.bodies) == asked
    sidecar.write_text("titel: Our last talk\n")
    done = model_root.command(*command, check=False)
    assert done.returncode == 1
    assert "unknown key `titel`. Did you mean `title`?" in done.stderr


UNEXCHANGED = """
import errno
import os

from daemon.cli.main import main
from daemon.system.files import Folder


def refuse(*_):
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


Folder.exchange = refuse
main()
"""  # the program, as a driver: on a share that can't exchange two folders


def test_clean_pays_for_no_other_names_where_the_result_can_not_be_replaced(model_root, server, tmp_path):
    (tmp_path / "talk.txt").write_text(TRANSCRIPT)
    command = ("clean", str(tmp_path / "talk.txt"), "--output", str(tmp_path / "out"))
    model_root.command(*command)
    asked = len(server.bodies)
    (tmp_path / "talk.yaml").write_text("speakers: {Ann: Dr Ann Lee}\n")
    refused = model_root.start(*command, driver=UNEXCHANGED)
    assert refused.wait() == 2, refused.log
    assert any("could not be replaced" in line for line in refused.log)
    assert len(server.bodies) == asked > 0


def test_clean_makes_no_result_again_where_another_has_the_names_already(model_root, server, tmp_path):
    (tmp_path / "talk.txt").write_text(TRANSCRIPT)
    command = ("clean", str(tmp_path / "talk.txt"), "--output")
    model_root.command(*command, str(tmp_path / "out"))
    (tmp_path / "talk.yaml").write_text("speakers: {Ann: Dr Ann Lee}\n")
    model_root.command(*command, str(tmp_path / "other"))
    shutil.copytree(tmp_path / "other" / "talk", tmp_path / "out" / "talk-2")
    done = model_root.command(*command, str(tmp_path / "out"))
    assert done.stdout.strip() == str(tmp_path / "out" / "talk-2")
    assert "Dr Ann Lee" not in (tmp_path / "out" / "talk" / "talk.md").read_text()


def test_clean_resumes_what_was_interrupted_and_does_not_need_the_daemons_lock(model_root, server, tmp_path):
    model_root.start().logged("watching")
    (tmp_path / "talk.txt").write_text(talk_of(60))
    command = ("clean", str(tmp_path / "talk.txt"), "--output", str(tmp_path / "out"))
    server.hold_at(8)
    first = model_root.start(*command)
    server.wait_for(4, come=8)
    first.kill()
    server.release()
    asked = len(server.bodies)
    total = model_root.command(*command)
    assert total.stdout.strip() == str(tmp_path / "out" / "talk")
    summary = json.loads((tmp_path / "out/talk/summary.json").read_text())
    assert len(server.bodies) <= summary["chunks"] + 4
    assert len(server.bodies) > asked


def test_clean_of_what_is_no_transcript_says_so(tmp_path):
    (tmp_path / "photo.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    done = words("clean", "photo.txt", cwd=tmp_path)
    assert done.returncode == 1
    assert "photo" in done.stderr


def test_clean_again_copies_what_is_no_transcript_once(tmp_path):
    def list_rejected() -> list[str]:
        return sorted(folder.name for folder in (tmp_path / "rejected").iterdir())

    photo = tmp_path / "photo.txt"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    for _ in range(2):
        done = words("clean", "photo.txt", cwd=tmp_path)
        assert done.returncode == 1
        assert "rejected" in done.stderr
    assert list_rejected() == ["photo"]
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(255)))
    words("clean", "photo.txt", cwd=tmp_path)
    assert list_rejected() == ["photo", "photo-2"], "another photo is copied as well"


def test_clean_of_all_in_a_folder_as_the_shell_names_it_takes_a_sidecar_with_its_transcript(tmp_path):
    (tmp_path / "talk.txt").write_text(TRANSCRIPT)
    (tmp_path / "talk.yaml").write_text("title: My talk\n")
    done = words("clean", "talk.txt", "talk.yaml", "--output", "out", cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()) == (0, [str(tmp_path / "out/talk")]), done.stderr
    assert "title: My talk" in (tmp_path / "out/talk/talk.md").read_text()


def test_clean_of_a_transcript_that_is_called_as_settings_are(tmp_path):
    (tmp_path / "talk.yaml").write_text(TRANSCRIPT)
    done = words("clean", "talk.yaml", "--output", "out", cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()) == (0, [str(tmp_path / "out/talk")]), done.stderr
    assert "Hello and welcome" in (tmp_path / "out/talk/talk.md").read_text()


@pytest.mark.parametrize("command", [("clean", "--output", "out"), ("--config", "config.yaml", "estimate")])
def test_a_link_that_is_named_leads_to_its_file(tmp_path, command):
    words("init", cwd=tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/talk.txt").write_text(TRANSCRIPT)
    (tmp_path / "newest.txt").symlink_to("elsewhere/talk.txt")
    done = words(*command, "newest.txt", cwd=tmp_path)
    assert (done.returncode, "newest" in done.stdout) == (0, True), done.stderr


def test_clean_of_a_file_that_is_not_there_says_so(tmp_path):
    done = words("clean", "nothing.txt", cwd=tmp_path)
    assert done.returncode == 2
    assert "nothing.txt" in done.stderr


# --- status -----------------------------------------------------------------------------------------


def test_status_of_an_empty_root_says_what_to_do(root):
    text = root.command("status").stdout
    assert "not running" in text
    assert "Drop a transcript" in text


def test_status_for_programs_has_the_agreed_keys(root):
    root.drop("talk.txt")
    status = root.status()
    assert status == {
        "daemon": {
            "running": False,
            "pid": None,
            "held": None,
            "problem": None,
            "asking": None,
            "swap": None,
            "flagging": None,
        },
        "paused": None,
        "inbox": 1,
        "spent_today": 0.0,
        "saved_today": 0.0,
        "batches": None,
        "jobs": [],
        "results": None,
        "index": None,
        "waiting": [],
    }
    daemon = root.start()
    daemon.logged("delivered")
    assert root.status()["daemon"]["pid"] == daemon.process.pid
    daemon.kill()
    assert root.status()["daemon"]["running"] is False


def test_status_and_help_never_import_the_client_library(root):
    probe = (
        "import sys; sys.argv = sys.argv[1:]\n"
        "from daemon.cli.main import main\n"
        "try: main()\n"
        "finally: print('anthropic' in sys.modules or 'openai' in sys.modules, file=sys.stderr)"
    )
    for command in (["status"], ["pause"], ["resume"], ["--help"]):
        done = subprocess.run(
            [sys.executable, "-c", probe, "t", "--config", str(root.path / "config.yaml"), *command],
            capture_output=True,
            text=True,
            env=environment(),
            timeout=HANG_SECONDS,
        )
        assert done.stderr.strip().endswith("False"), (command, done.stderr)


def test_status_never_waits_for_what_reads_or_cleans_to_be_loaded(root):
    root.drop("talk.txt")
    root.command("once")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *program(root)[1:], "status"],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=HANG_SECONDS,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "daemon.status.snapshot" in loaded
    assert not loaded & {"anthropic", "openai", "rapidfuzz", "rich", "jinja2", "watchdog", "daemon.formats"}
    assert not loaded & {"difflib", "importlib.resources", "daemon.text.languages"}


def test_a_daemon_without_a_job_holds_nothing_that_only_jobs_need():
    probe = (
        "import sys, daemon.cli.main, daemon.cli.run, daemon.delivery.catalogue.refresh\n"
        "print({'ssl', 'jinja2', 'zipfile', 'importlib.resources', 'daemon.formats'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, timeout=HANG_SECONDS, check=True
    )
    assert done.stdout.strip() == "set()"


def test_status_answers_with_a_thousand_files_waiting(root):
    for number in range(1000):
        (root.inbox / f"talk-{number}.txt").write_text(TRANSCRIPT)
    assert root.status()["inbox"] == 1000


# --- the small commands -------------------------------------------------------------------------------


def test_pause_and_resume_of_a_job_that_is_not_there_name_those_that_are(root):
    done = root.command("pause", "nothing", check=False)
    assert done.returncode == 2
    assert "none" in done.stderr


def test_redo_puts_the_original_back_beside_its_result(root):
    root.drop("course/talk.txt")
    root.command("once")
    root.command("redo", "course/talk")
    assert (root.inbox / "course" / "talk.txt").read_text() == TRANSCRIPT
    root.write_config(outputs=["txt"])
    root.command("once")
    assert root.results() == ["course/talk", "course/talk-2"]
    assert (root.outbox / "course/talk-2/talk.txt").exists()


def test_redo_of_what_is_no_result_says_so(root):
    done = root.command("redo", "nothing", check=False)
    assert done.returncode == 2
    assert "nothing" in done.stderr


def test_retry_of_a_job_that_has_not_failed_says_so(root):
    (root.path / "PAUSE").touch()
    done = root.command("retry", "nothing", check=False)
    assert done.returncode == 2


# --- how long `once` waits for a file that somebody keeps open --------------------------------------------


@pytest.mark.process
def test_once_gives_up_on_a_file_that_is_kept_open_and_names_it(root):
    root.drop("talk.txt")
    with (root.inbox / "open.txt").open("w") as file:
        file.write("Ann: um this one is not at its end")
        file.flush()
        done = root.command("once", "--wait", "0.5", check=False)
    assert done.returncode == 69
    assert "gave up waiting: somebody still has 'open.txt' open for writing" in done.stderr
    assert root.results() == ["talk"]
    assert (root.inbox / "open.txt").exists()


# --- where the folders lie ----------------------------------------------------------------------------


def test_a_state_on_another_filesystem_is_copied_to_and_the_inbox_is_left_clean(make_root, elsewhere):
    root = make_root(state=str(elsewhere))
    root.drop("sub/talk.txt")
    root.command("once")
    assert root.results() == ["sub/talk"]
    assert os.listdir(root.inbox / "sub") == []
    assert (root.outbox / "sub/talk/original.txt").read_text() == TRANSCRIPT


# --- estimate, discard, retry --fresh -------------------------------------------------------------------


def test_estimate_says_what_files_will_take_and_asks_nobody(model_root, server, tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TRANSCRIPT * 50)
    lines = model_root.command(
        "estimate", str(tmp_path / "a.txt"), str(tmp_path / "b.txt")
    ).stdout.splitlines()
    assert len(lines) == 3
    words = [int(re.search(r"([\d,]+) words", line).group(1).replace(",", "")) for line in lines]
    assert words[0] + words[1] == words[2]
    assert all("$" in line for line in lines)
    assert server.requests == []


def test_estimate_of_a_folder_names_what_can_not_be_read_and_goes_on(root, tmp_path):
    folder = tmp_path / "talks"
    (folder / "course").mkdir(parents=True)
    (folder / "a.txt").write_text(TRANSCRIPT)
    (folder / "course/b.txt").write_text(TRANSCRIPT)
    (folder / "course/b.yaml").write_text("title: B\n")
    (folder / "photo.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    done = root.command("estimate", str(folder), check=False)
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [
        str(folder / "a.txt"),
        str(folder / "course/b.txt"),
        "all",
    ]
    left_out, count, mend = done.stderr.splitlines()
    assert left_out.startswith(f"{folder}/photo.txt: left out. ")
    assert count == "1 of 3 files could not be read."
    assert "What is read: SRT" in mend
    (tmp_path / "empty").mkdir()
    empty = root.command("estimate", str(tmp_path / "empty"), check=False)
    assert (empty.returncode, "holds no file" in empty.stderr) == (2, True)


def test_estimate_lists_what_is_read_once_however_many_kinds_of_file_are_left_out(root, tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (folder / "packed.zip").write_bytes(b"PK\x03\x04\0\0")
    (folder / "empty.txt").write_bytes(b"")
    said = root.command("estimate", str(folder), check=False).stderr
    assert said.count("What is read: ") == 1
    assert "Drop the transcript itself, as text." in said
    assert "Unpack it, and drop the transcript that is in it." in said


def test_clean_of_a_folder_mirrors_it_and_again_takes_no_result_for_a_transcript(tmp_path):
    folder = tmp_path / "talks"
    (folder / "course").mkdir(parents=True)
    (folder / "a.txt").write_text("Ann: um the first talk.\n")
    (folder / "course/b.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\num the second talk\n")
    (folder / "course/b.txt").write_text("um the second talk\n")
    done = words("clean", "talks", "--output", "talks", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == [str(folder / "a"), str(folder / "course/b")]
    assert "left names='b.txt'" in done.stderr
    again = words("clean", "talks", "--output", "talks", cwd=tmp_path)
    assert sorted(again.stdout.splitlines()) == sorted(done.stdout.splitlines())
    assert sorted(os.listdir(folder)) == [".transcriptd", "a", "a.txt", "course"]


def test_all_that_the_shell_names_can_be_cleaned_again_beside_what_was_made_of_it(tmp_path):
    (tmp_path / "a.txt").write_text("Ann: um the first talk.\n")
    (tmp_path / "empty").mkdir()
    first = words("clean", "a.txt", cwd=tmp_path)
    again = words("clean", "a", "a.txt", "empty", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (0, first.stdout)
    assert "a is a result already. Passed over." in again.stderr
    assert "empty holds no file that could be a transcript. Passed over." in again.stderr
    estimated = words("estimate", "a", "a.txt", "empty", cwd=tmp_path)
    assert (estimated.returncode, estimated.stdout.count("a.txt")) == (0, 1)


def test_all_that_the_shell_names_can_be_cleaned_again_where_the_texts_lie_beside_their_folders(tmp_path):
    (tmp_path / "config.yaml").write_text("provider: offline\nlayout: flat\n")
    (tmp_path / "corrections.yaml").write_text("Eefa: Aoife\n")
    (tmp_path / "a.txt").write_text("Ann: um the first talk.\n")
    (tmp_path / "b.md").write_text("Ann: um the second talk.\n")
    first = words("clean", *sorted(os.listdir(tmp_path)), cwd=tmp_path)
    assert sorted(map(os.path.basename, first.stdout.split())) == ["a", "b-2"]
    assert "config.yaml is a file of this program's own. Passed over." in first.stderr
    assert (tmp_path / "a.md").exists()
    named = [name for name in sorted(os.listdir(tmp_path)) if not name.startswith(".")]
    again = words("clean", *named, cwd=tmp_path)
    assert (again.returncode, sorted(again.stdout.split())) == (0, sorted(first.stdout.split()))
    assert "a.md is a result already. Passed over." in again.stderr


def test_in_an_outbox_the_shell_names_nothing_that_could_be_cleaned(root):
    root.drop("talk.txt", TRANSCRIPT)
    root.command("once")
    named = sorted(os.listdir(root.outbox))
    assert named == ["STATUS.txt", "index.html", "talk"]
    done = words("clean", *named, cwd=root.outbox)
    assert done.returncode == 2
    assert "STATUS.txt is a file of this program's own." in done.stderr
    assert sorted(os.listdir(root.outbox)) == named


@pytest.mark.parametrize("command", ["clean", "estimate"])
def test_without_a_config_files_are_taken_under_the_defaults(tmp_path, command):
    (tmp_path / "talk.txt").write_text(TRANSCRIPT)
    assert words(command, "talk.txt", cwd=tmp_path).returncode == 0
    assert words("--config", "gone.yaml", command, "talk.txt", cwd=tmp_path).returncode == 78


@pytest.mark.parametrize("command", ["clean", "estimate"])
def test_a_result_is_not_taken_for_a_folder_of_transcripts(root, command):
    root.drop("talk.txt")
    root.command("once")
    done = root.command(command, str(root.outbox / "talk"), check=False)
    assert done.returncode == 2
    assert f"{root.outbox}/talk is a result already." in done.stderr
    assert root.command("estimate", str(root.outbox / "talk/original.txt")).returncode == 0


def test_in_a_folder_that_holds_a_root_nothing_of_its_own_is_taken_for_a_transcript(root):
    root.drop("done.txt")
    root.command("once")
    root.drop("held.txt")
    root.drop("noise.bin", bytes(range(256)))
    root.command("pause")
    root.command("once", "--wait", "0", check=False)
    job = root.state / "held"
    job.mkdir(exist_ok=True)
    (job / "source.txt").write_text(TRANSCRIPT)
    (root.outbox / "own.txt").write_text(TRANSCRIPT)
    listed = root.command("estimate", str(root.path), check=False).stdout.splitlines()
    named = {line.partition(": ")[0].removeprefix(f"{root.path}/") for line in listed}
    assert named == {"all", "inbox/held.txt", "outbox/own.txt"}
    assert "holds no file" in root.command("clean", str(root.state), check=False).stderr


def test_results_in_the_place_of_a_file_are_refused(tmp_path):
    (tmp_path / "talk.txt").write_text("Ann: um the first talk.\n")
    done = words("clean", "talk.txt", "--output", "talk.txt", cwd=tmp_path)
    assert done.returncode == 2
    assert "is a file, or below one. Name a folder with --output." in done.stderr


def stopped_with_saved_chunks(root, server):
    """A job with some chunks saved, and no daemon."""
    server.hold_at(7)
    root.drop("course/talk.txt", talk_of(40))
    daemon = root.start()
    server.wait_for(4, come=7)
    daemon.kill()
    server.release()


@pytest.mark.parametrize("running", [False, True], ids=["without a daemon", "with a daemon"])
def test_a_discarded_job_leaves_the_original_and_what_was_cleaned(model_root, server, running):
    stopped_with_saved_chunks(model_root, server)
    if running:
        model_root.command("pause", "course--talk")
        model_root.start().logged("watching")
    model_root.command("discard", "course--talk")
    until(lambda: model_root.results() == ["rejected/course/talk"])
    folder = model_root.outbox / "rejected/course/talk"
    text = (folder / "talk.md").read_text()
    assert "sentence 0 of this talk" in text
    assert "Not cleaned: the job was discarded" in text
    assert "discarded" in (folder / "REASON.txt").read_text()
    assert (folder / "original.txt").exists()
    until(lambda: not (model_root.state / "course--talk").exists())


@pytest.mark.parametrize("running", [False, True], ids=["without a daemon", "with a daemon"])
def test_retry_fresh_sends_a_job_back_to_be_cleaned_as_the_config_is_now(model_root, server, running):
    stopped_with_saved_chunks(model_root, server)
    model_root.write_config(model="another-model")
    if running:
        model_root.command("pause", "course--talk")
        model_root.start().logged("watching")
    model_root.command("retry", "course--talk", "--fresh")
    if not running:
        assert os.listdir(model_root.inbox / "course") == ["talk.txt"]
        model_root.start()
    until(lambda: model_root.results() == ["course/talk"])
    assert model_root.summary("course/talk")["model"] == "another-model"


# --- money ------------------------------------------------------------------------------------------------


PRICED = {"prices": {"claude-haiku-5-5": {"input": 1000, "output": 1000}}}


def spent(root):
    """Dollars by the ledger: what was paid, and what was reserved and never paid."""
    with open(root.state / "ledger.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    paid = {row["reservation"]: float(row["dollars"]) for row in rows if row["entry"] == "paid"}
    reserved = {row["reservation"]: float(row["dollars"]) for row in rows if row["entry"] == "reserved"}
    return sum({**reserved, **paid}.values())


def test_a_spent_day_holds_and_never_overshoots_even_with_a_kill_in_the_middle(model_root, server):
    server.latency = 0.02
    model_root.write_config(budget_usd_per_day=40, concurrency=16, **PRICED)
    model_root.drop("talk.txt", talk_of(200))
    daemon = model_root.start()
    until(lambda: len(model_root.chunks("talk")) >= 2)
    daemon.kill()
    model_root.start().logged("budget")
    status = until(lambda: (found := model_root.status())["daemon"]["held"] and found)
    assert "midnight" in status["daemon"]["held"]["reason"]
    assert 0 < spent(model_root) <= 40
    # What was in flight when it was held is still paid for.
    until(lambda: model_root.status()["spent_today"] == pytest.approx(spent(model_root), abs=1e-4))


def test_a_spent_job_fails_with_the_mend_and_others_go_on(model_root, server):
    model_root.write_config(budget_usd_per_job=12, concurrency=1, **PRICED)
    model_root.drop("long.txt", talk_of(200))
    model_root.start()
    until(lambda: (jobs := model_root.status()["jobs"]) and jobs[0]["state"] == "failed")
    assert "budget_usd_per_job" in model_root.status()["jobs"][0]["error"]
    model_root.drop("short.txt")
    until(lambda: model_root.results() == ["short"])
    model_root.write_config(budget_usd_per_job=None)
    model_root.command("retry", "long")
    until(lambda: model_root.results() == ["long", "short"])


def test_a_root_that_has_paid_is_held_without_its_key_until_it_is_told_to_go_by_rules(make_root, server):
    root = make_root(base_url=server.url, prices={"claude-haiku-5-5": {"input": 1, "output": 1}})
    root.drop("first.txt")
    root.command("once")
    root.write_config(base_url=None)
    root.drop("second.txt", "Ann: another talk.\n")
    root.start().logged("held")
    said = until(lambda: root.status()["daemon"]["held"])["reason"]
    assert "There is no API key" in said
    assert "or set `provider: offline`, to clean by rules" in said
    assert root.results() == ["first"]
    root.write_config(provider="offline")
    until(lambda: root.results() == ["first", "second"])


def test_whoever_may_not_look_into_the_state_folder_is_told_to_be_somebody_who_may(root):
    root.drop("talk.txt")
    root.command("once")
    root.state.chmod(0)

    def ask(*words):
        command = [*BOUND_BY_MODES, *program(root), *words]
        return subprocess.run(
            command, capture_output=True, text=True, env=environment(), timeout=HANG_SECONDS
        )

    checked, estimated = ask("check"), ask("estimate", str(root.path / "config.yaml"))
    root.state.chmod(0o700)
    assert (checked.returncode, checked.stderr) == (78, "")
    assert f"BAD   The state {root.state} can't be opened (Permission denied)" in checked.stdout
    assert estimated.returncode == 1
    assert "Run this as a user who may, or change the permissions there." in estimated.stderr


def test_once_ends_although_a_file_cannot_be_read_and_says_at_the_end_why_it_is_left(root):
    root.drop("secret.txt")
    (root.inbox / "secret.txt").chmod(0)
    root.drop("good.txt")
    done = subprocess.run(
        [*BOUND_BY_MODES, *program(root), "once"],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=HANG_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("untaken name='secret.txt'") == 1, done.stderr
    assert done.stderr.count("left name='secret.txt' reason=\"it can't be read (Permission denied)") == 1, (
        done.stderr
    )
    assert root.results() == ["good"]


def test_clean_goes_on_after_a_result_that_cannot_be_read(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text("Ann: hello there, um, you.\n")
    (tmp_path / "a.yaml").write_text("title: Hello\n")
    words("clean", "a.txt", cwd=tmp_path)
    (tmp_path / "a" / "original.yaml").chmod(0)
    done = subprocess.run(
        [*BOUND_BY_MODES, sys.executable, "-m", "daemon", "clean", "a.txt", "b.txt"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(),
        timeout=HANG_SECONDS,
    )
    assert done.returncode == 1
    assert "a.txt was cleaned to can't be read (Permission denied)" in done.stderr
    assert done.stdout == f"{tmp_path / 'b'}\n"


def test_clean_goes_on_after_a_result_that_cannot_be_made_again_for_its_own_sidecar(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text("Ann: hello there, um, you.\n")
    words("clean", "a.txt", cwd=tmp_path)
    (tmp_path / "a" / "original.yaml").write_text("speakers: [")
    (tmp_path / "config.yaml").write_text("speakers: {Ann: Anna}\n")
    done = words("clean", "a.txt", "b.txt", cwd=tmp_path)
    assert done.returncode == 1
    assert f"The .yaml in {tmp_path / 'a'} can't be used: " in done.stderr
    assert "Mend it, or remove it." in done.stderr
    assert done.stdout == f"{tmp_path / 'b'}\n"
    alone = words("render", "a", cwd=tmp_path)
    assert (alone.returncode, alone.stderr.count("Mend it, or remove it.")) == (2, 1)


def test_a_time_zone_that_is_a_day_off_is_said_and_stops_nothing(root):
    root.drop("talk.txt")
    done = root.command("once", env={"TZ": "XXX-24:59:59"})
    assert "TZ=XXX-24:59:59 is not a time zone" in done.stderr
    assert root.results() == ["talk"]
    assert "Today: 1 delivered" in root.command("status", env={"TZ": "XXX-167"}).stdout


# --- names that people give ------------------------------------------------------------------------


def test_a_job_is_named_by_its_file_too(model_root):
    model_root.drop("course/talk.txt")
    model_root.write_config(budget_usd_per_job=0.0001, **PRICED)
    model_root.command("once", check=False)
    assert model_root.command("pause", "course/talk.txt").stdout.startswith("Paused course--talk.")


def test_a_second_pause_without_a_reason_keeps_the_first_ones(model_root, server):
    root = model_root
    root.write_config(budget_usd_per_job=0.0001, **PRICED)
    root.drop("talk.txt")
    root.command("once", check=False)
    for job in ((), ("talk",)):
        root.command("pause", *job, "--reason", "Ann is on holiday")
        assert "is paused already. Go on with: transcriptd resume" in root.command("pause", *job).stdout
        assert root.command("pause", *job, "--reason", "Ben, too").stdout.startswith("Paused")
    status = root.status()
    assert status["paused"] == "Ben, too"
    assert (root.state / "talk/PAUSE").read_text() == "Ben, too"


def test_what_is_no_job_any_more_or_not_yet_is_said_to_be_so(root):
    root.drop("talk.txt")
    root.command("pause")
    for name in ("talk", "talk.txt"):
        assert f"waits in {root.inbox}" in root.command("discard", name, check=False).stderr
    root.command("resume")
    root.command("once")
    for command in ("pause", "retry", "discard"):
        done = root.command(command, "talk", check=False)
        assert done.returncode == 2
        assert f"There is no job talk. It is over, and lies in {root.outbox}/talk." in done.stderr
        assert f"transcriptd redo {root.outbox}/talk" in done.stderr


@pytest.mark.parametrize("inside", ["talk.md", "review.html", "original.txt"])
def test_a_result_is_named_by_any_file_in_it(root, inside):
    root.drop("talk.txt")
    root.command("once")
    assert "is as it would be made now" in root.command("render", f"{root.outbox}/talk/{inside}").stdout
    assert "is as it would be made now" in root.command("render", f"talk/{inside}").stdout


def test_what_is_no_result_is_refused_with_what_a_result_is(root):
    said = root.command("redo", str(root.outbox), check=False).stderr
    assert f"{root.outbox} is no result. Name the folder of one, such as outbox/talk" in said


def test_what_once_has_rejected_is_named_in_status_txt_when_it_ends(root):
    root.drop("good.txt")
    root.command("once")
    for number in range(3):
        root.drop(f"bad{number}.json", '{"a": 1}')
        root.command("once", check=False)
        told = (root.outbox / "STATUS.txt").read_text()
        assert f"bad{number}.json: The file is JSON" in told
        assert "other; index.html names all" not in told
