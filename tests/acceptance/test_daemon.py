"""The daemon, seen from outside: the real process, real folders, real signals, a local server."""

import itertools
import os
import re
import shutil
import signal
import stat
import time
from collections import Counter
from datetime import datetime

import pytest

from daemon.cli.signals import DOUBLED_SECONDS
from tests.conftest import TRANSCRIPT, Root, until
from tests.equal_results import read_results
from tests.messages_server import (
    CUT,
    EMPTY_BODY,
    HTML,
    OTHER_JSON,
    RESET,
    MessagesServer,
    Reply,
    clean,
    error,
    last_user_text,
    system_text,
)

LONG = "\n\n".join(
    f"{name}: um sentence number {number} is spoken here by {name} and it has quite a few plain words in it."
    for number, name in ((number, ("Ann", "Ben")[number % 2]) for number in range(40))
)


def asked_text(body):
    """The transcript that a request asks for, without the context around it."""
    return re.search(r"<transcript>(.*)</transcript>", last_user_text(body), re.S).group(1)


def asked(server):
    """All transcripts that were asked for."""
    return [asked_text(body) for body in server.bodies]


def delivered(root, count=1):
    return until(lambda: len(root.results()) >= count and root.results())


# --- from inbox to outbox -------------------------------------------------------------------------


def test_a_dropped_file_is_delivered_by_the_offline_rules_and_the_start_says_so(root):
    daemon = root.start()
    daemon.logged("offline rules")
    daemon.logged("to use a model")
    root.drop("talk.txt")
    assert delivered(root) == ["talk"]
    text = (root.outbox / "talk" / "talk.md").read_text()
    assert "**Ann:** Hello and welcome to the show." in text
    assert (root.outbox / "talk" / "original.txt").read_text() == TRANSCRIPT
    assert not (root.inbox / "talk.txt").exists()
    until(lambda: not (root.state / "talk").exists())


def test_what_waited_before_the_start_is_found(root):
    root.drop("early.txt")
    root.start()
    assert delivered(root) == ["early"]


def test_subfolders_are_mirrored_and_files_of_one_name_are_kept_apart(root):
    for name in ("course/talk.txt", "course/deep/talk.txt", "talk.txt", "course--talk.txt"):
        root.drop(name, f"Ann: this is the talk called {name.replace('/', ' ')}.\n")
    root.start()
    assert delivered(root, 4) == ["course--talk", "course/deep/talk", "course/talk", "talk"]
    assert "course deep talk" in (root.outbox / "course/deep/talk/talk.md").read_text()


def test_a_second_file_of_a_name_gets_a_number_and_the_first_result_stays(root):
    root.start()
    root.drop("talk.txt")
    delivered(root)
    before = read_results(root.outbox)
    root.drop("talk.txt", "Ann: another talk of the same name.\n")
    assert delivered(root, 2) == ["talk", "talk-2"]
    assert before.items() <= read_results(root.outbox).items()


def test_the_same_file_dropped_again_is_not_done_again_and_says_where_the_result_is(root):
    root.start()
    root.drop("talk.txt")
    delivered(root)
    root.drop("talk.txt")
    reason = until(lambda: list(root.outbox.glob("rejected/*/REASON.txt")))[0].read_text()
    assert "see talk" in reason
    assert root.results() == ["rejected/talk", "talk"]


def test_what_is_no_transcript_is_rejected_with_the_reason_and_the_original(root):
    root.start()
    root.drop("photo.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    reason = until(lambda: list(root.outbox.glob("rejected/photo/REASON.txt")))[0]
    assert len(reason.read_text().split()) > 5
    assert (reason.parent / "original.txt").read_bytes().startswith(b"\x89PNG")


def test_a_file_too_large_is_rejected(make_root):
    root = make_root(max_file_mb=0.001)
    root.start()
    root.drop("long.txt", LONG)
    assert "max_file_mb" in until(lambda: list(root.outbox.glob("rejected/long/REASON.txt")))[0].read_text()


def test_a_file_is_taken_only_when_its_writer_is_done(root):
    root.start().logged("watching")
    with open(root.inbox / "slow.txt", "w") as writer:
        writer.write("Ann: the first half ")
        writer.flush()
        root.drop("marker.txt")
        delivered(root)
        assert (root.inbox / "slow.txt").exists()
        writer.write("and the second half.\n")
    delivered(root, 2)
    assert "first half and the second half." in (root.outbox / "slow" / "slow.md").read_text()


def test_links_pipes_and_ignored_names_are_left_where_they_are(root, tmp_path):
    (tmp_path / "outside.txt").write_text("Ann: not yours.\n")
    (root.inbox / "link.txt").symlink_to(tmp_path / "outside.txt")
    os.mkfifo(root.inbox / "pipe.txt")
    for name in (".hidden.txt", "talk.txt.part", "talk.txt~", "Thumbs.db"):
        (root.inbox / name).write_text(TRANSCRIPT)
    before = sorted(os.listdir(root.inbox))
    root.drop("good.txt")
    root.start()
    assert delivered(root) == ["good"]
    assert sorted(os.listdir(root.inbox)) == before


def test_a_file_with_another_link_is_copied_and_the_other_link_keeps_its_modes(root, tmp_path):
    other = tmp_path / "kept.txt"
    other.write_text(TRANSCRIPT)
    other.chmod(0o644)
    os.link(other, root.inbox / "talk.txt")
    root.start()
    assert delivered(root) == ["talk"]
    assert other.read_text() == TRANSCRIPT
    assert stat.S_IMODE(other.stat().st_mode) == 0o644
    assert os.listdir(root.inbox) == []


def test_many_files_at_once_are_all_delivered_once(root):
    names = [f"{'sub/' if number % 3 else ''}talk-{number:03d}.txt" for number in range(100)]
    root.start().logged("watching")
    for name in names:
        root.drop(name, f"Ann: this is what was said in {name}.\n")
    delivered(root, 100)
    assert root.results() == sorted(name[:-4] for name in names)
    for name in names:
        assert f"said in {name}" in next((root.outbox / name[:-4]).glob("*.md")).read_text()


def test_the_inbox_deleted_and_made_again_is_watched_again(root):
    daemon = root.start()
    daemon.logged("watching")
    root.inbox.rmdir()
    daemon.logged("the inbox")
    root.inbox.mkdir()
    root.drop("talk.txt")
    assert delivered(root) == ["talk"]


# --- by a model ----------------------------------------------------------------------------------


def test_chunks_run_side_by_side_up_to_the_limit_and_each_is_asked_for_once(model_root, server):
    server.hold()
    model_root.drop("talk.txt", LONG)
    model_root.start()
    server.wait_for(4)
    server.release()
    delivered(model_root)
    texts = asked(server)
    assert server.most_in_flight == 4
    assert len(texts) == len(set(texts)) == model_root.summary("talk")["chunks"] == 40
    assert model_root.summary("talk")["requests"] == 40


def test_chunk_files_appear_one_by_one_while_the_job_runs(model_root, server):
    server.hold()
    model_root.drop("talk.txt", LONG)
    model_root.start()
    server.wait_for(4)
    assert model_root.chunks("talk") == []
    for _ in range(5):
        come = len(server.requests) + 4
        server.hold_at(come)
        server.release()
        server.wait_for(4, come)
        assert len(model_root.chunks("talk")) == len(server.requests) - 4


def test_the_answer_is_what_is_delivered_with_speakers_by_the_code(model_root, server):
    model_root.drop("talk.txt")
    model_root.start()
    delivered(model_root)
    text = (model_root.outbox / "talk" / "talk.md").read_text()
    assert "**Ann:** hello and welcome to the show." in text
    assert "**Ben:** thank you, it is good to be here." in text


@pytest.mark.parametrize("bad", [Reply("cut", stop_reason="max_tokens"), Reply("no turns at all"), Reply("")])
def test_an_answer_that_is_not_whole_is_asked_for_once_more(model_root, server, bad):
    server.faults.append(bad)
    model_root.drop("talk.txt")
    model_root.start()
    delivered(model_root)
    summary = model_root.summary("talk")
    assert summary["flags"] == []
    assert summary["requests"] == summary["chunks"] + 1


def test_what_is_never_answered_whole_keeps_its_original_words_under_a_mark(model_root, server):
    server.answer = lambda body: Reply("Of course! Here it is", stop_reason="max_tokens")
    model_root.drop("talk.txt")
    model_root.start()
    delivered(model_root)
    text = (model_root.outbox / "talk" / "talk.md").read_text()
    assert "Not cleaned" in text
    assert "um hello and welcome to the show." in text
    assert "Of course" not in text
    assert model_root.summary("talk")["flags"][0]["reason"]


def answering(text_of):
    """A model that does something else with each turn than to clean it."""

    def answer(body):
        turns = re.findall(r"<turn id=\"(\d+)\"[^>]*>(.*?)</turn>", asked_text(body), re.S)
        return "\n".join(f'<turn id="{number}">{text_of(text)}</turn>' for number, text in turns)

    return answer


INVENTED = (
    "And by the way the committee secretly decided last night to abolish every single one of these rules."
)
FALSE_ANSWERS = {
    "refused": lambda body: Reply("I can't help with that.", stop_reason="refusal"),
    "cut off": lambda body: Reply("<turn id=", stop_reason="max_tokens"),
    "half missing": answering(lambda text: " ".join(text.split()[: len(text.split()) // 2])),
    "with an invented sentence": answering(lambda text: f"{text} {INVENTED}"),
    "answered": answering(lambda text: "Of course! I would be happy to help you with your question."),
    "summarised": lambda body: "They talk about several sentences with quite a few plain words.",
    "empty": lambda body: Reply("", content=[]),
    "echoed": lambda body: system_text(body) + asked_text(body),
}


BOTH = pytest.mark.parametrize("provider", ["anthropic", "openai"])
"""Of what holds whichever API is spoken."""


@BOTH
@pytest.mark.parametrize("how", FALSE_ANSWERS)
def test_what_a_false_answer_says_is_never_delivered_and_once_is_no_harm(model_root, server, how, provider):
    model_root.write_config(chunk_words=400, provider=provider, model="a-model")
    server.answer = FALSE_ANSWERS[how]
    model_root.drop("always.txt", LONG)
    model_root.start()
    delivered(model_root)
    summary = model_root.summary("always")
    text = (model_root.outbox / "always" / "always.md").read_text()
    assert sum(flag["words"] for flag in summary["flags"]) == summary["words_in"]
    assert re.findall(r"um sentence number (\d+)", text) == [str(number) for number in range(40)]
    for never in ("secretly", "happy to help", "several sentences", "copy editor", "can't help"):
        assert never not in text
    server.answer = clean
    server.faults.append(FALSE_ANSWERS[how](server.bodies[0]))
    if isinstance(server.faults[0], str):
        server.faults[0] = Reply(server.faults[0])
    model_root.drop("once.txt", LONG.replace("plain", "simple"))
    delivered(model_root, 2)
    assert model_root.summary("once")["flags"] == []


@BOTH
def test_faults_that_pass_are_waited_out_and_lose_nothing(model_root, server, provider):
    faults = iter([529, 500, 429] * 3)
    server.fault = lambda body: (
        Reply(status=status, body=b"{}") if (status := next(faults, None)) is not None else None
    )
    model_root.write_config(attempts=10, provider=provider, model="a-model")
    model_root.drop("talk.txt", LONG)
    model_root.start()
    delivered(model_root)
    assert model_root.summary("talk")["flags"] == []


@BOTH
def test_status_says_since_when_a_question_is_out_and_who_answers_for_another(model_root, server, provider):
    model_root.write_config(provider=provider, model="a-model", chunk_words=1000)
    server.answer = lambda body: Reply(clean(body), model="/srv/models/small.gguf")
    server.hold()
    model_root.drop("talk.txt", LONG)
    model_root.start()
    server.wait_for(1)
    asking = until(lambda: model_root.status()["daemon"]["asking"], every=0.5)
    assert asking["first"] is True
    assert datetime.fromisoformat(asking["since"]) <= datetime.now().astimezone()
    told = model_root.outbox / "STATUS.txt"
    until(lambda: "answer has been awaited since" in " ".join(told.read_text().split()))
    server.release()
    delivered(model_root)
    status = until(lambda: (found := model_root.status()["daemon"])["swap"] and found, every=0.5)
    assert status["asking"] is None
    assert status["swap"] == {"asked": "a-model", "answers": "small"}
    until(lambda: "small answers" in " ".join(told.read_text().split()))


@BOTH
def test_a_refused_key_holds_everything_and_says_what_to_do_until_it_is_mended(model_root, server, provider):
    model_root.write_config(provider=provider, model="a-model")
    server.fault = lambda body: Reply(status=401, body=b"{}")
    model_root.drop("talk.txt", LONG)
    daemon = model_root.start()
    daemon.logged("held")
    status = until(lambda: (found := model_root.status())["daemon"]["held"] and found)
    assert "key" in status["daemon"]["held"]["reason"]
    assert status["jobs"][0]["state"] == "working"
    until(lambda: "HELD" in (model_root.outbox / "STATUS.txt").read_text())
    server.fault = lambda body: None
    daemon.process.send_signal(signal.SIGHUP)
    delivered(model_root)
    assert model_root.summary("talk")["flags"] == []


# --- pause ----------------------------------------------------------------------------------------


def pause_by_file(root, where):
    (root.path / where / "PAUSE").write_text("lunch")
    return lambda: (root.path / where / "PAUSE").unlink()


def pause_by_command(root, *job):
    root.command("pause", *job, "--reason", "lunch")
    return lambda: root.command("resume", *job)


@pytest.mark.parametrize(
    "pause",
    [
        lambda root: pause_by_file(root, "."),
        lambda root: pause_by_file(root, "inbox"),
        lambda root: pause_by_file(root, "state/talk"),
        pause_by_command,
        lambda root: pause_by_command(root, "talk"),
    ],
    ids=["root", "inbox", "job", "command", "command for a job"],
)
def test_a_pause_lets_what_is_in_flight_end_and_begins_nothing_until_it_is_over(model_root, server, pause):
    server.hold()
    model_root.drop("talk.txt", LONG)
    model_root.start()
    server.wait_for(4)
    resume = pause(model_root)
    server.release()
    until(lambda: len(model_root.chunks("talk")) == 4)
    status = model_root.status()
    assert status["paused"] == "lunch" or status["jobs"][0]["state"] == "paused"
    assert status["jobs"][0]["done"] == 4
    assert len(server.bodies) == 4
    resume()
    delivered(model_root)
    assert len(asked(server)) == len(set(asked(server))) == 40


@pytest.mark.parametrize("name", ["PAUSE.txt", "pause", "Pause.TXT"])
def test_a_pause_is_understood_in_other_spellings_and_holds_back_claims(root, name):
    (root.inbox / name).touch()
    daemon = root.start()
    daemon.logged("paused")
    root.drop("talk.txt")
    until(lambda: root.status()["inbox"] == 1)
    assert root.status()["paused"] == ""
    (root.inbox / name).unlink()
    assert delivered(root) == ["talk"]


# --- interruptions ----------------------------------------------------------------------------------


MODIFIED = 1_700_000_000  # seconds since the epoch: the talk's own time, which a result carries


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What a run delivers that nothing ends before its time."""
    with MessagesServer() as server:
        root = Root(tmp_path_factory.mktemp("undisturbed"), base_url=server.url, chunk_words=20)
        root.drop("talk.txt", LONG)
        os.utime(root.inbox / "talk.txt", (MODIFIED, MODIFIED))
        root.command("once")
        return read_results(root.outbox)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_after_any_end_it_goes_on_to_an_equal_result_and_repeats_only_what_was_in_flight(
    make_root, server, undisturbed, number
):
    root = make_root("root", base_url=server.url, concurrency=4, chunk_words=20, stop_grace_seconds=0)
    root.drop("talk.txt", LONG)
    os.utime(root.inbox / "talk.txt", (MODIFIED, MODIFIED))
    server.hold_at(14)
    first = root.start()
    server.wait_for(4, come=14)
    first.stop(number)
    saved = len(root.chunks("talk"))
    server.release()
    server.wait_for(0)
    second = root.start()
    second.logged(f"taken up job=talk state=working done={saved} chunks=40")
    delivered(root)
    assert read_results(root.outbox) == undisturbed
    second.stop()
    assert list(root.outbox.rglob(".*")) == []
    assert len(asked(server)) == 40 + 4
    assert saved >= 10


def test_a_state_restored_from_before_a_delivery_pays_for_nothing_again(model_root, server, tmp_path):
    server.hold_at(5)
    model_root.drop("talk.txt", LONG)
    daemon = model_root.start()
    server.wait_for(4, come=5)
    daemon.kill()
    server.release()
    server.wait_for(0)
    shutil.copytree(model_root.state, tmp_path / "backup")
    daemon = model_root.start()
    delivered(model_root)
    daemon.stop()
    shutil.rmtree(model_root.state)
    (tmp_path / "backup").rename(model_root.state)
    paid = len(asked(server))
    daemon = model_root.start()
    daemon.logged("cleared job=talk it had come to its end before")
    until(lambda: not (model_root.state / "talk").exists())
    model_root.drop("other.txt", LONG.replace("number", "no."))
    delivered(model_root, 2)
    assert len(asked(server)) == paid + 40
    assert sorted(each.name for each in model_root.outbox.iterdir() if each.is_dir()) == ["other", "talk"]


def test_a_job_whose_folder_is_removed_while_it_is_cleaned_is_forgotten_which_is_said_once(
    model_root, server, tmp_path
):
    server.hold()
    model_root.drop("talk.txt", LONG)
    daemon = model_root.start()
    server.wait_for(4)
    (model_root.state / "talk").rename(tmp_path / "removed")
    shutil.rmtree(tmp_path / "removed")
    server.release()
    daemon.logged("forgotten job=talk its folder was removed")
    model_root.drop("other.txt")
    daemon.logged("delivered job=other")
    daemon.stop()
    assert [line for line in daemon.log if "job=talk" in line and "its plan is read" in line] == []
    assert len([line for line in daemon.log if "forgotten job=" in line]) == 1


def test_a_stop_lets_requests_in_flight_end_within_their_grace_and_saves_them(model_root, server, manager):
    server.hold()
    model_root.drop("talk.txt", LONG)
    daemon = model_root.start("run", env=manager.environment)
    server.wait_for(4)
    daemon.process.send_signal(signal.SIGTERM)
    manager.heard("STOPPING=1")
    server.release()
    assert daemon.wait() == 0
    assert len(model_root.chunks("talk")) == 4


def test_a_second_signal_ends_the_wait_for_what_is_in_flight(model_root, server, manager):
    model_root.write_config(stop_grace_seconds=600)
    server.hold()
    model_root.drop("talk.txt", LONG)
    daemon = model_root.start("run", env=manager.environment)
    server.wait_for(4)
    daemon.process.send_signal(signal.SIGTERM)
    manager.heard("STOPPING=1")
    time.sleep(2 * DOUBLED_SECONDS)
    assert daemon.process.poll() is None
    daemon.process.send_signal(signal.SIGTERM)
    daemon.logged("leaving 4 requests in flight")
    assert daemon.wait() == 0
    assert not (model_root.state / ".daemon.json").exists()


def test_a_stop_ends_even_a_long_wait(model_root, server):
    server.fault = lambda body: Reply(status=429, headers={"retry-after": "60"}, body=b"{}")
    model_root.write_config(stop_grace_seconds=50)
    model_root.drop("talk.txt")
    daemon = model_root.start()
    daemon.logged("retry after")
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.wait() == 0
    assert not any("in flight" in line for line in daemon.log)  # as is said once the grace is over


def test_a_second_daemon_on_the_same_state_is_refused(root):
    root.start().logged("watching")
    second = root.command("run", check=False)
    assert second.returncode == 75
    assert "Another transcriptd" in second.stderr


def test_damaged_and_foreign_chunk_files_are_set_aside_and_done_again(model_root, server):
    server.hold_at(14)
    model_root.drop("talk.txt", LONG)
    daemon = model_root.start()
    server.wait_for(4, come=14)
    daemon.kill()
    server.release()
    first, second, third, *_ = (model_root.state / "talk" / name for name in model_root.chunks("talk"))
    first.write_bytes(first.read_bytes()[:100])
    second.write_bytes(third.read_bytes())
    third.write_text("{}")
    model_root.start()
    delivered(model_root)
    assert model_root.summary("talk")["flags"] == []
    text = (model_root.outbox / "talk" / "talk.md").read_text()
    assert re.findall(r"number (\d+)", text) == [str(number) for number in range(40)]


# --- settings ---------------------------------------------------------------------------------------


def test_a_job_with_a_saved_chunk_ends_under_the_settings_it_began_with(model_root, server):
    server.hold_at(5)
    model_root.drop("begun.txt", LONG)
    daemon = model_root.start()
    server.wait_for(4, come=5)
    daemon.kill()
    server.release()
    model_root.write_config(model="another-model", chunk_words=200)
    model_root.start()
    delivered(model_root)
    summary = model_root.summary("begun")
    assert (summary["model"], summary["chunks"]) == ("claude-haiku-5-5", 40)
    assert {body["model"] for body in server.bodies} == {"claude-haiku-5-5"}


def test_a_job_without_a_saved_chunk_takes_the_new_settings(model_root, server):
    server.hold()
    model_root.drop("waiting.txt", LONG)
    daemon = model_root.start()
    server.wait_for(4)
    daemon.kill()
    server.release()
    model_root.write_config(model="another-model", chunk_words=200)
    model_root.start()
    delivered(model_root)
    summary = model_root.summary("waiting")
    assert summary["model"] == "another-model"
    assert summary["chunks"] < 10


def test_a_running_daemon_takes_a_changed_config_over_and_survives_a_broken_one(root):
    daemon = root.start()
    daemon.logged("watching")
    (root.path / "config.yaml").write_text("speed: fast\n")
    daemon.logged("unknown key `speed`")
    root.write_config(outputs=["txt"])
    daemon.logged("config read")
    root.drop("talk.txt")
    delivered(root)
    assert (root.outbox / "talk" / "talk.txt").exists()


def test_a_failed_job_waits_for_its_retry_and_the_others_go_on(model_root, server):
    server.hold_at(5)
    model_root.drop("talk.txt", LONG)
    daemon = model_root.start()
    server.wait_for(4, come=5)
    daemon.kill()
    server.release()
    (model_root.state / "talk" / "FAILED").write_text("a reason for the test\n")
    model_root.start()
    model_root.drop("other.txt")
    assert delivered(model_root) == ["other"]
    job = model_root.status()["jobs"][0]
    assert (job["state"], job["error"]) == ("failed", "a reason for the test")
    model_root.command("retry", "talk")
    assert delivered(model_root, 2) == ["other", "talk"]


def test_state_is_private_and_results_have_the_permissions_of_the_outbox(root):
    os.chmod(root.outbox, 0o750)
    (root.path / "PAUSE").touch()
    daemon = root.start()
    daemon.logged("paused")
    root.drop("talk.txt")
    (root.path / "PAUSE").unlink()
    delivered(root)
    daemon.stop()
    assert stat.S_IMODE(root.state.stat().st_mode) == 0o700
    assert stat.S_IMODE((root.outbox / "talk").stat().st_mode) == 0o750
    assert {stat.S_IMODE(path.stat().st_mode) for path in (root.outbox / "talk").iterdir()} == {0o640}
    assert {stat.S_IMODE(path.stat().st_mode) for path in root.state.rglob("*") if path.is_file()} == {0o600}


# --- the service fails -------------------------------------------------------------------------------


@BOTH
def test_faults_of_every_kind_in_turn_leave_no_passage_missing_and_none_marked(model_root, server, provider):
    model_root.write_config(provider=provider, model="a-model")
    kinds = itertools.cycle(
        [error(429, retry_after="0"), error(529), error(500), RESET, CUT, HTML, OTHER_JSON, EMPTY_BODY]
    )
    count = itertools.count(1)
    server.fault = lambda body: next(kinds) if next(count) % 3 == 0 else None
    for number in range(3):
        model_root.drop(f"talk-{number}.txt", LONG)
    model_root.start()
    delivered(model_root, 3)
    for number in range(3):
        summary = model_root.summary(f"talk-{number}")
        assert summary["flags"] == []
        text = (model_root.outbox / f"talk-{number}" / f"talk-{number}.md").read_text()
        assert re.findall(r"number (\d+)", text) == [str(n) for n in range(40)]
    asked_for = Counter(map(last_user_text, server.bodies))
    assert max(asked_for.values()) <= 3 * 5


@BOTH
def test_while_the_service_is_down_hardly_anything_is_asked_and_nothing_fails(model_root, server, provider):
    model_root.write_config(provider=provider, model="a-model")
    server.fault = lambda body: error(500)
    for number in range(5):
        model_root.drop(f"talk-{number}.txt", LONG.replace("sentence", f"sentence {number}"))
    daemon = model_root.start()
    daemon.logged("held")
    assert len(server.bodies) <= 4 + 4  # those that found out, and the one that tried on
    assert {job["state"] for job in model_root.status()["jobs"]} == {"working"}
    server.fault = lambda body: None
    daemon.process.send_signal(signal.SIGHUP)
    delivered(model_root, 5)
    assert all(model_root.summary(result)["flags"] == [] for result in model_root.results())


@BOTH
def test_a_poisonous_chunk_holds_nobody_for_long_and_keeps_its_original_words(model_root, server, provider):
    server.fault = lambda body: error(500) if "number 3 is" in asked_text(body) else None
    model_root.write_config(attempts=2, provider=provider, model="a-model")
    model_root.drop("talk.txt", LONG)
    daemon = model_root.start()
    daemon.logged("watching")
    until(lambda: daemon.process.send_signal(signal.SIGHUP) or model_root.results(), every=0.3)
    flags = model_root.summary("talk")["flags"]
    assert [flag["chunk"] for flag in flags] == [3]
    assert "um sentence number 3" in (model_root.outbox / "talk" / "talk.md").read_text()


@BOTH
def test_a_model_that_is_not_there_holds_until_the_config_names_another(model_root, server, provider):
    server.fault = lambda body: error(404, "not_found_error") if body["model"] == "wrong" else None
    model_root.write_config(provider=provider, model="wrong")
    model_root.drop("talk.txt", LONG)
    daemon = model_root.start()
    daemon.logged("held")
    assert "model" in until(lambda: model_root.status()["daemon"]["held"])["reason"]
    model_root.write_config(model="right")
    delivered(model_root)
    assert model_root.summary("talk")["model"] == "right"


@BOTH
def test_a_retired_model_fails_only_its_own_jobs_and_retry_ends_them_under_todays(
    model_root, server, provider
):
    server.hold_at(5)
    model_root.write_config(provider=provider, model="old")
    model_root.drop("begun.txt", LONG)
    daemon = model_root.start()
    server.wait_for(4, come=5)
    daemon.kill()
    server.release()
    server.fault = lambda body: error(404, "not_found_error") if body["model"] == "old" else None
    model_root.write_config(model="new")
    model_root.drop("other.txt")
    model_root.start()
    assert delivered(model_root) == ["other"]
    job = until(lambda: [job for job in model_root.status()["jobs"] if job["state"] == "failed"])[0]
    assert "old" in job["error"]
    assert "`retry` has new clean what is left" in job["error"]
    assert "config.yaml" not in job["error"]  # which names another model already
    model_root.command("retry", "begun")
    delivered(model_root, 2)
    assert set(model_root.summary("begun")["model"].split(", then ")) == {
        "old",
        "new",
    }  # whichever came first
    assert model_root.summary("begun")["flags"] == []


@BOTH
def test_the_key_and_the_text_stand_in_no_log_line_and_no_file_but_their_own(make_root, server, provider):
    secret, spoken = "sk-very-secret-key", "xylophone"
    root = make_root(base_url=server.url, attempts=2, provider=provider, model="a-model")
    (root.path / ".api-key").write_text(secret)
    (root.path / ".api-key").chmod(0o600)
    faults = [error(500, message=spoken), error(400, message=spoken), Reply(spoken), HTML, CUT]
    server.faults.extend(faults)
    root.drop("talk.txt", f"Ann: um my {spoken} is here.\n")
    root.drop("other.txt", f"Ann: um another {spoken} is there.\n")
    daemon = root.start()
    daemon.logged("watching")
    until(lambda: daemon.process.send_signal(signal.SIGHUP) or len(root.results()) == 2, every=0.3)
    daemon.stop()
    assert any(request.headers.get("authorization", "").endswith(secret) for request in server.requests)
    ledger = (root.state / "ledger.csv").read_text()
    status = (root.outbox / "STATUS.txt").read_text()
    for text in ("\n".join(daemon.log), ledger, status):
        assert secret not in text
        assert spoken not in text


def test_a_model_about_to_be_retired_is_named_at_the_start(make_root, server):
    root = make_root(base_url=server.url, model="claude-sonnet-4-5")
    daemon = root.start()
    daemon.logged("claude-sonnet-4-5")
    daemon.logged("retire")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_stop_between_two_questions_about_a_chunk_loses_no_answer(make_root, server, number):
    root = make_root(base_url=server.url, concurrency=1, stop_grace_seconds=0)
    bad = Reply("no passage at all")
    answered = []

    def answer(body):
        if not answered:
            answered.append(body)
            return bad
        return Reply(clean(body), latency=0 if len(answered) > 1 else 3600)

    server.answer = answer
    root.drop("talk.txt")
    daemon = root.start()
    until(lambda: len(server.bodies) == 2)
    daemon.stop(number)
    answered.append("from now on at once")
    root.start()
    assert delivered(root) == ["talk"]
    assert len(server.bodies) == 3  # the first question was not asked again
    assert root.summary("talk")["requests"] == 2
    assert root.summary("talk")["flags"] == []


def test_a_model_that_is_not_up_to_it_is_stopped_early_and_another_finishes_what_is_left(make_root, server):
    root = make_root(base_url=server.url, concurrency=1, chunk_words=60, model="tiny")
    server.answer = lambda body: "I am a model." if body["model"] == "tiny" else clean(body)
    root.drop("talk.txt", LONG)
    daemon = root.start()
    daemon.logged("is not up to this")
    failed = until((root.state / "talk" / "FAILED").exists) and (root.state / "talk" / "FAILED").read_text()
    assert "The model tiny is not up to this: of the first" in failed
    assert len(root.chunks("talk")) == 3
    daemon.stop()
    root.write_config(model="big")
    root.command("retry", "talk")
    root.start()
    assert delivered(root) == ["talk"]
    assert root.summary("talk")["model"] == "tiny, then big"
    assert {flag["chunk"] for flag in root.summary("talk")["flags"]} == {0, 1, 2}


def test_a_person_who_retries_with_the_same_model_is_not_told_again(make_root, server):
    root = make_root(base_url=server.url, concurrency=1, chunk_words=60, model="tiny")
    server.answer = lambda body: "I am a model."
    root.drop("talk.txt", LONG)
    daemon = root.start()
    daemon.logged("is not up to this")
    until((root.state / "talk" / "FAILED").exists)
    root.command("retry", "talk")
    assert delivered(root) == ["talk"]
