"""What a command prints to name a job or a result is what the next command takes, typed in a shell."""

import json
import os
import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.system.file_names import name_for_shell

ODD_NAMES = [
    "講義\u3000第1回", "caf\u00e9\u00a0talk", "👨\u200d👩\u200d👧 family",
    "zero\u200bwidth", "soft\u00adhyphen",
    "-rf", "--fresh", "tab\there", "new\nline", "bell\x07", "back\\u3000slash", "plain name", "ümlaut",
    os.fsdecode(b"latin\xe9"), "it's", "rtl\u202egnp", "$(touch pwned)", "~", "#", "a\u3000b", "a\\u3000b",
    "20260101T000000-0123abcd",
]  # fmt: skip


def in_shell(root, command):
    """Run a command line as it is printed, its words parted by a shell."""
    assert command.startswith("transcriptd ")
    show_words = f"printf '%s\\0' {command.removeprefix('transcriptd ')}"
    words = subprocess.run(["sh", "-c", show_words], capture_output=True, check=True).stdout
    return root.command(*map(os.fsdecode, words.split(b"\0")[:-1]), check=False)


@pytest.fixture
def failed_jobs(model_root):
    """A root with a job of each odd name, all failed for want of budget."""
    prices = {"claude-haiku-5-5": {"input": 1, "output": 5}}
    model_root.write_config(budget_usd_per_job=0.0000001, prices=prices)
    for number, name in enumerate(ODD_NAMES):
        model_root.drop(f"{name}.txt", f"Ann: um so this is talk number {number} and it goes on.\n")
    assert model_root.start("once", env={"ANTHROPIC_API_KEY": "k"}).wait() == 1
    return model_root


def test_each_command_that_status_and_the_jobs_themselves_print_reaches_its_job(failed_jobs):
    said = [(path.parent, path.read_text()) for path in failed_jobs.state.glob("*/FAILED")]
    printed = failed_jobs.command("status").stdout.splitlines()
    commands = [line.split("again, run: ")[1] for line in printed if "again, run: " in line]
    assert len(commands) == len(said) == len(ODD_NAMES)
    for command in commands:
        done = in_shell(failed_jobs, command)
        assert done.returncode == 0, (command, done.stderr)
    assert "failed" not in {job["state"] for job in failed_jobs.status()["jobs"]}
    for folder, text in said:
        (folder / "FAILED").write_text(text)
        command = "transcriptd " + text.rpartition(": transcriptd ")[2].strip()
        assert in_shell(failed_jobs, command).returncode == 0, command
        assert not (folder / "FAILED").exists()


def test_a_job_is_known_by_the_name_and_the_id_that_json_gives_it(failed_jobs):
    for job in failed_jobs.status()["jobs"]:
        # The one's name is shown as the other is: ids tell them apart.
        is_one_of_two = job["name"] == "a\\u3000b"
        name = job["id"] if is_one_of_two else job["name"]
        assert failed_jobs.command("retry", "--", name, check=False).returncode == 0, job["name"]
        assert failed_jobs.command("pause", job["id"]).returncode == 0
    assert failed_jobs.command("retry", "-rf", check=False).returncode == 2  # has not failed any more
    assert {job["state"] for job in failed_jobs.status()["jobs"]} == {"paused"}


@pytest.mark.parametrize(
    "name", ["講義\u3000第1回", "-rf", "new\nline", "plain name", os.fsdecode(b"latin\xe9")]
)
def test_the_redo_that_a_reason_prints_reaches_its_result(root, name):
    for _ in range(2):
        root.drop(f"{name}.txt")
        root.start("once").wait()
    (reason,) = (root.outbox / "rejected").rglob("REASON.txt")
    line = next(line for line in reason.read_text().splitlines() if "run: transcriptd" in line)
    done = in_shell(root, line.split("run: ")[1])
    assert done.returncode == 0, done.stderr
    assert [path for path in root.inbox.iterdir() if not path.name.startswith(".")]


letters = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=("Cs",)) | st.sampled_from("\u3000\\-.\x1b"),
    min_size=1, max_size=12,
)  # fmt: skip


@given(letters)
def test_for_any_name_the_words_that_a_shell_makes_of_it_are_the_name_or_the_id(name):
    words = shlex.split(f"retry {name_for_shell(name, '20260101T000000-00000001')}")
    assert words in (["retry", name], ["retry", "20260101T000000-00000001"])
    assert words[1].isprintable()
    assert not words[1].startswith("-")


def test_a_unique_beginning_names_a_job_and_one_that_several_have_names_none(root):
    for name in ("monday", "monk"):
        job = root.state / name
        job.mkdir(mode=0o700)
        ticket = {"job_id": f"20260101T000000-0000000{len(name)}", "name": f"{name}.txt",
                  "source": "source.txt", "received_at": "2026-01-01T00:00:00+00:00",
                  "modified_ns": 0, "format": 1}  # fmt: skip
        (job / "job.json").write_text(json.dumps(ticket))
        (job / "source.txt").write_text("Ann: hello there.")
    assert "monday" in root.command("pause", "mond").stdout
    several = root.command("pause", "mon", check=False)
    assert several.returncode == 2
    assert "Several jobs" in several.stderr
    assert "monk" in root.command("pause", "20260101T000000-00000004").stdout
