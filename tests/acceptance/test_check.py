"""`check` from outside: each fault is found before the start, with its mend."""

import re
import subprocess
import threading

import pytest

from tests import HANG_SECONDS
from tests.messages_server import Reply, clean, error, last_user_text
from tests.proofs import mounts
from tests.proofs.mounts import needs_mounts


def check(root, *words, **env):
    done = root.command("check", *words, check=False, env=env or None)
    return done.returncode, done.stdout


def test_a_root_that_is_well_has_only_good_findings(root):
    code, said = check(root)
    assert code == 0
    assert "BAD" not in said
    assert "cleaning by the offline rules" in said
    assert all(name in said for name in ("inbox", "outbox", "state", "GB free", "inotify"))


def test_a_bad_config_is_said_with_its_mend_and_the_exit_code_of_a_start(root):
    root.write_config(chunk_words=3)
    done = root.command("check", check=False)
    assert done.returncode == 78
    assert "`chunk_words`" in done.stderr


@needs_mounts
@pytest.mark.parametrize("command", ["check", "once", "run"])
def test_an_outbox_that_is_the_inbox_under_another_path_starts_nothing(root, command):
    subprocess.run(["mount", "--bind", str(root.inbox), str(root.outbox)], check=True)
    try:
        done = root.command(command, check=False)
    finally:
        subprocess.run(["umount", str(root.outbox)], check=True)
    assert done.returncode == 78
    assert "it is mounted in two places" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"outbox": "inbox/out"}, "lies inside"),
        ({"provider": "offline", "style": "notes"}, "offline rules can't"),
        ({"base_url": "http://localhost:1", "budget_usd_per_day": 1, "model": "own"}, "no price is known"),
    ],
)
def test_what_would_stop_a_start_is_bad_and_78(root, settings, part):
    root.write_config(**settings)
    code, said = check(root, "--offline")
    assert code == 78
    (line,) = [line for line in said.splitlines() if line.startswith("BAD")]
    assert part in line


def test_a_file_in_the_place_of_the_state_folder_is_bad_and_78(root):
    root.state.rmdir()
    root.state.write_text("notes")
    done = root.command("check", "--offline", check=False)
    assert done.returncode == 78
    assert f"BAD   `state` ({root.state}) is not a folder.\n      Move away what lies there." in done.stdout


def test_a_state_folder_whose_disk_is_away_stops_a_start_and_none_is_begun_in_its_place(root):
    disk = root.path / "disk"
    root.state.rename(disk)
    root.state.symlink_to(disk)
    disk.rename(root.path / "away")
    assert check(root)[0] == 78
    done = root.command("once", check=False)
    assert done.returncode == 78
    assert f"{root.state} is a link to a folder that isn't there" in done.stderr
    assert not disk.exists()


def test_a_missing_outbox_stops_a_start_but_a_fresh_root_has_none_yet(root):
    root.outbox.rmdir()
    assert check(root)[0] == 78
    root.state.rmdir()
    code, said = check(root)
    assert code == 0
    assert "will be made" in said


def test_a_second_model_that_is_not_to_be_had_is_noted_and_stops_no_start(model_root, server):
    server.models = {"claude-haiku-5-5", "strong"}
    profiles = {"much": {"fallback_model": "stronger"}}
    model_root.write_config(fallback_model="strong", profiles=profiles)
    code, said = check(model_root)
    assert code == 0
    assert "strong is offered there, as `fallback_model`" in said
    [note] = [line for line in said.splitlines() if line.startswith("note")]
    assert "`fallback_model`: " in note
    assert "stronger" in note


def test_a_model_that_answers_is_asked_one_free_question(model_root, server):
    code, said = check(model_root)
    assert code == 0
    assert "claude-haiku-5-5 is offered there" in said
    assert [request.method for request in server.requests] == ["GET"]


def test_openais_api_is_asked_for_its_list_of_models(model_root, server):
    model_root.write_config(provider="openai", model="gpt-6-luna")
    code, said = check(model_root, "--try")
    assert code == 0
    assert f"transcripts are sent to {server.url}" in said
    assert "gpt-6-luna is offered there" in said
    assert "The gate let it pass" in said
    assert [request.path for request in server.requests] == ["/v1/models", "/v1/chat/completions"]
    model_root.write_config(model="another")
    code, said = check(model_root)
    assert code == 69
    assert "does not offer the model another" in said


def test_offline_asks_nothing(model_root, server):
    code, said = check(model_root, "--offline")
    assert code == 0
    assert "not asked for" in said
    assert server.requests == []


def test_no_trial_is_made_where_no_request_may_be(model_root, server):
    done = model_root.command("check", "--offline", "--try", check=False)
    assert done.returncode == 2
    assert "leave one of them out" in done.stderr
    assert server.requests == []


def test_a_refused_key_holds_all_work_and_the_mend_is_said(model_root, server):
    server.fault = lambda body: error(401, "authentication_error")
    code, said = check(model_root)
    assert code == 69
    assert "BAD" in said
    assert "key" in said


def test_a_model_that_is_not_there_is_named(model_root, server):
    server.models = {"another", "a third"}
    code, said = check(model_root)
    assert code == 69
    assert "claude-haiku-5-5" in said


def test_a_model_about_to_retire_is_named_with_the_day(model_root):
    model_root.write_config(model="claude-sonnet-4-5")
    _, said = check(model_root, "--offline")
    assert "claude-sonnet-4-5 retires on" in said


def test_try_cleans_a_passage_and_says_how_that_went(model_root, server):
    code, said = check(model_root, "--try")
    assert code == 0
    assert "words in" in said
    assert "The gate let it pass" in said
    assert re.search(r"A whole chunk \(20 words\) would take about \d+ s; `timeout_seconds` is 600", said)


def test_try_says_that_it_still_waits_and_fails_where_a_whole_chunk_would_take_too_long(model_root, server):
    may_answer = threading.Event()

    def wait_with_the_answer(body):
        if "messages" in body:
            may_answer.wait(HANG_SECONDS)

    server.fault = wait_with_the_answer
    model_root.write_config(chunk_words=3000, timeout_seconds=30)
    running = model_root.start("check", "--try")
    said = ""
    for line in running.process.stdout:
        said += line
        if re.search(r"no answer yet after \d+ s; still waiting", line):
            may_answer.set()
    assert "still waiting" in said
    assert "Lower `chunk_words` or raise `timeout_seconds`" in said
    assert running.wait() == 69


def test_try_says_what_the_gate_has_against_the_model(model_root, server):
    server.answer = lambda body: Reply('<turn id="1">I can help with that.</turn>')
    code, said = check(model_root, "--try")
    assert code == 1
    assert "The gate refused its answer" in said
    assert "try another" in said


def test_try_is_not_content_with_a_server_that_reads_a_part_of_what_it_is_sent(model_root, server):
    server.answer = lambda body: Reply(clean(body), usage={"input_tokens": 40, "output_tokens": 60})
    code, said = check(model_root, "--try")
    assert code == 69
    assert "The server has read only a part of what it was sent" in said
    assert "Start it with a context of 1,060 tokens" in said


def test_try_is_not_content_with_an_answer_that_cleans_nothing(model_root, server):
    server.answer = lambda body: re.search(r"<turn.*</turn>", last_user_text(body), re.S)[0]
    code, said = check(model_root, "--try")
    assert code == 1
    assert "nothing of it was cleaned" in said


def test_try_does_not_say_that_nothing_is_lost_where_the_wording_is_not_kept(model_root, server):
    notes = "- About forty people came in the first week; nobody had a clue.\n- Four hundred in the second."
    server.answer = lambda body: Reply(notes)
    model_root.write_config(style="notes")
    code, said = check(model_root, "--try")
    assert code == 0
    assert "The gate let it pass" in said
    assert "nothing lost" not in said


def test_try_does_not_say_that_a_gate_has_judged_the_offline_rules(root):
    code, said = check(root, "--try")
    assert code == 0
    assert "The gate" not in said


def test_the_key_is_shown_nowhere(model_root):
    model_root.write_config(api_key_env="ANTHROPIC_API_KEY")
    code, said = check(model_root, "--try", ANTHROPIC_API_KEY="sk-secret-1")
    assert code == 0
    assert "sk-secret-1" not in said
    assert "$ANTHROPIC_API_KEY" in said


def test_an_installed_unit_is_compared_with_what_it_should_be(root, tmp_path):
    home = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "PATH": "/nowhere"}
    root.command("service", "install", "--user", env=home, check=False)  # there is no systemctl: written only
    assert "transcriptd.service is installed" in check(root, **home)[1]
    unit = tmp_path / "config/systemd/user/transcriptd.service"
    unit.write_text(unit.read_text().replace("WatchdogSec=120", "WatchdogSec=5"))
    code, said = check(root, **home)
    assert code == 0
    assert "is not as it would be installed now" in said


@pytest.mark.parametrize(
    ("settings", "key", "part"),
    [
        ({}, "sk-proj-abc", "looks like OpenAI's"),
        ({"provider": "openai", "model": "gpt-6-luna"}, "sk-ant-abc", "is Anthropic's"),
    ],
)
def test_a_key_of_another_service_stops_the_start_in_one_line(root, settings, key, part):
    root.write_config(**settings)
    (root.path / ".api-key").write_text(key)
    (root.path / ".api-key").chmod(0o600)
    done = root.command("run", check=False)
    assert done.returncode == 78
    (line,) = done.stderr.splitlines()
    assert part in line
    assert "Set `provider:" in line
    assert key not in line


def test_a_version_at_the_end_of_the_address_is_noticed(model_root, server):
    model_root.write_config(base_url=f"{server.url}/v1")
    code, said = check(model_root)
    assert code == 0
    assert "the /v1 at the end of `base_url` is left off" in said
    assert "`provider: openai`" in said


def test_a_style_that_the_rules_can_not_follow_stops_the_start_in_one_line(root):
    root.write_config(style="notes")
    done = root.command("run", check=False)
    assert done.returncode == 78
    (line,) = done.stderr.splitlines()
    assert 'Set `style: "clean"`, or put an API key into' in line


def test_a_command_of_ones_own_that_can_not_be_run_is_found(root, tmp_path):
    script = tmp_path / "tell"
    script.write_text("#!/no/such/shell\n")
    root.write_config(on_done=str(script), on_problem="no-such-command now")
    code, said = check(root)
    assert code == 1
    assert f"`on_done`: {script} can't be executed" in said
    assert "`on_problem`: no-such-command is not found" in said
    script.chmod(0o755)
    assert "wants /no/such/shell, which is not there" in check(root)[1]
    script.write_text("#!/bin/sh\n")
    root.write_config(on_problem=None)
    code, said = check(root)
    assert code == 0
    assert f"`on_done`: {script} can be run" in said


@needs_mounts
def test_a_disk_that_takes_no_more_files_is_noted_before_it_holds_all_work(root):
    with mounts.small(root.state, "nr_inodes=64"):
        done = root.command("check")
    assert "state has room for" in done.stdout
    assert "Delete files there" in done.stdout


def test_an_outbox_that_can_only_be_added_to_is_found(root):
    marked = subprocess.run(["chattr", "+a", str(root.outbox)], capture_output=True, text=True)
    if marked.returncode != 0:
        pytest.skip(f"a folder can't be marked here: {marked.stderr.strip()}")
    try:
        done = root.command("check", check=False)
    finally:
        subprocess.run(["chattr", "-a", str(root.outbox)], check=True)
    assert f"chattr -a {root.outbox}" in done.stdout
    assert done.returncode == 69


def test_what_no_prompt_can_have_filled_in_is_noted(make_root, server):
    root = make_root(base_url=server.url, style="mine.md", profiles={"a": {"style": "other.md"}})
    (root.path / "mine.md").write_text("Sum up {{ chunkText }} of {{filename}}, {{filename}} and {{chunk}}.")
    (root.path / "other.md").write_text("Clean it. Write {{outputLanguage}}.")
    said = root.command("check").stdout
    assert "note  `style`: the prompt mine.md has {{filename}}, {{chunk}}, which is sent as it is" in said
    assert "other.md" not in said


def test_a_language_that_is_not_known_is_noted(root):
    root.write_config(
        language="de", profiles={"talks": {"language": "Englisch"}, "sea": {"language": "en-GB"}}
    )
    said = root.command("check").stdout
    assert "note  `language`: Englisch is no language" in said
    assert said.count("`language`") == 1
