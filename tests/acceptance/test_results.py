"""What people do with finished results: have them cleaned again, under the names they came by."""

import csv
import gzip
import json
import os
import re
from urllib.parse import unquote

import pytest
from docx import Document

from tests.conftest import TRANSCRIPT, until
from tests.messages_server import Reply

STEM = "How we began [dQw4w9WgXcQ].en"
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
CAPTIONS = """WEBVTT

00:00:01.000 --> 00:00:03.000
<v SPEAKER_00>um we began with uh forty people

00:00:03.000 --> 00:00:06.000
<v SPEAKER_01>and nobody had a clue
"""


def visible(folder):
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))


def text_of(root, folder, layout):
    path = root.outbox / (f"{folder}.md" if layout == "flat" else f"{folder}/{STEM}.md")
    return path.read_text()


def list_dead_links(outbox):
    links = [unquote(link) for link in re.findall(r'href="(\./[^"]*)"', (outbox / "index.html").read_text())]
    assert links
    return [link for link in links if not (outbox / link).exists()]


@pytest.fixture(params=["folder", "flat"])
def layout(request):
    return request.param


# --- redo ------------------------------------------------------------------------------------------------


def test_redo_keeps_title_link_sidecar_and_folder(root, layout):
    root.write_config(layout=layout)
    root.drop(f"course/{STEM}.yaml", "speakers: {SPEAKER_00: Ann}\n")
    root.drop(f"course/{STEM}.vtt", CAPTIONS)
    root.command("once")
    first = text_of(root, f"course/{STEM}", layout)
    root.command("redo", f"course/{STEM}")
    assert visible(root.inbox / "course") == [f"{STEM}.vtt", f"{STEM}.yaml"]
    root.command("once")
    assert os.listdir(root.inbox / "course") == []
    assert root.results() == [f"course/{STEM}", f"course/{STEM}-2"]
    again = text_of(root, f"course/{STEM}-2", layout)
    assert again == first
    assert "title: How we began\n" in again
    assert f"link: {VIDEO}\n" in again
    assert "**Ann:**" in again
    assert (root.outbox / f"course/{STEM}-2/original.yaml").exists()


def test_what_is_redone_under_the_same_settings_is_cleaned_and_dropped_again_it_is_refused(root):
    root.drop("talk.txt")
    root.command("once")
    root.command("redo", "talk")
    root.command("once")
    root.command("redo", "talk")
    root.command("once")
    assert root.results() == ["talk", "talk-2", "talk-3"]
    root.drop("talk.txt")
    assert root.command("once", check=False).returncode == 1
    assert root.results() == ["rejected/talk", "talk", "talk-2", "talk-3"]


def test_search_says_of_what_was_rejected_that_it_was(root):
    root.drop("talk.txt")
    root.command("once")
    root.drop("talk.txt")
    root.command("once", check=False)
    heads = [
        line for line in root.command("search", "talk").stdout.splitlines() if line.startswith("talk  (")
    ]
    assert sorted(head.endswith(", rejected)") for head in heads) == [False, True]


# 26 hours apart: in one of them it is not the day of UTC.
@pytest.mark.parametrize("zone", ["XXX-14", "XXX+12"])
def test_search_and_the_index_tell_the_same_day_wherever_one_lives(root, zone):
    root.drop("talk.txt")
    root.command("once", env={"TZ": zone})
    head, *_ = root.command("search", "talk", env={"TZ": zone}).stdout.splitlines()
    day = re.search(r"<time[^>]*>(\S+)", (root.outbox / "index.html").read_text())[1]
    assert f"({day})" in head


def test_redo_of_all_there_is_passes_over_what_is_no_result_and_goes_on(root):
    root.write_config(layout="flat")
    for name in ("a.txt", "b.txt"):
        root.drop(name, f"Ann: this is {name}.\n")
    root.command("once")
    everything = sorted(str(root.outbox / name) for name in os.listdir(root.outbox))
    done = root.command("redo", *everything)
    assert visible(root.inbox) == ["a.txt", "b.txt"]
    assert f"{root.outbox}/STATUS.txt is not a result: passed over." in done.stderr
    assert len(done.stdout.splitlines()) == 2


def test_a_file_that_waits_under_the_name_keeps_only_that_result_back(root):
    root.drop("a.txt")
    root.drop("b.txt", "Ann: another one.\n")
    root.command("once")
    root.drop("a.txt", "Ann: a new talk.\n")
    done = root.command("redo", "a", "b", check=False)
    assert done.returncode == 1
    assert "a.txt waits in the inbox already" in done.stderr
    assert (root.inbox / "a.txt").read_text() == "Ann: a new talk.\n"
    assert (root.inbox / "b.txt").exists()


def test_a_sidecar_that_waits_goes_before_the_results_own(root):
    root.drop("talk.yaml", "title: The old title\n")
    root.drop("talk.txt")
    root.command("once")
    (root.path / "PAUSE").touch()
    root.drop("talk.yaml", "title: The new title\n")
    root.command("redo", "talk")
    (root.path / "PAUSE").unlink()
    root.command("once")
    assert "# The new title" in (root.outbox / "talk-2/talk.md").read_text()


def test_a_redone_job_that_is_sent_back_is_still_cleaned_again(model_root, server):
    model_root.drop("talk.txt")
    model_root.command("once")
    model_root.command("redo", "talk")
    server.hold()
    daemon = model_root.start()
    server.wait_for(1)
    daemon.kill()
    server.release()
    model_root.command("retry", "talk", "--fresh")
    assert (model_root.inbox / "talk.txt").read_text() == TRANSCRIPT
    model_root.command("once")
    assert model_root.results() == ["talk", "talk-2"]


# --- render, and a sidecar that comes late ---------------------------------------------------------------


@pytest.fixture
def cleaned(model_root, layout):
    """A result that a model cleaned, in a subfolder, under the name that yt-dlp gives."""
    model_root.write_config(layout=layout)
    model_root.drop(f"course/{STEM}.vtt", CAPTIONS)
    model_root.command("once")
    assert "SPEAKER_00" in text_of(model_root, f"course/{STEM}", layout)
    return model_root


def test_render_gives_new_names_links_and_outputs_and_asks_nobody(cleaned, server, layout):
    asked = len(server.requests)
    cleaned.write_config(speakers={"SPEAKER_00": "Ann"}, links=True, outputs=["md", "txt"])
    done = cleaned.command("render", f"course/{STEM}")
    assert "made again (speakers, outputs, links)" in done.stdout
    text = text_of(cleaned, f"course/{STEM}", layout)
    assert "title: How we began\n" in text
    assert f"[00:00:01]({VIDEO}&t=1s) **Ann:**" in text
    assert "Ann: " in (cleaned.outbox / f"course/{STEM}/{STEM}.txt").read_text()
    assert "Ann" in (cleaned.outbox / f"course/{STEM}/review.html").read_text()
    assert not (cleaned.outbox / f"course/{STEM}/{STEM}.vtt").exists()
    assert len(server.requests) == asked
    assert "as it would be made now" in cleaned.command("render", f"course/{STEM}").stdout


def test_render_makes_the_word_documents_that_are_asked_for_later(root):
    root.drop("talk.txt")
    root.command("once")
    root.write_config(outputs=["md", "docx", "redline"])
    assert "made again (outputs)" in root.command("render", "talk").stdout
    for name in ("talk.docx", "talk.redline.docx"):
        lines = [paragraph.text for paragraph in Document(str(root.outbox / "talk" / name)).paragraphs]
        assert any("welcome to the show" in line for line in lines), name
    assert root.summary("talk")["outputs"] == ["md", "docx", "redline"]


def test_the_index_leads_to_what_render_made_where_no_daemon_runs(cleaned, layout):
    assert list_dead_links(cleaned.outbox) == []
    cleaned.write_config(layout="folder" if layout == "flat" else "flat")
    assert "made again (layout)" in cleaned.command("render", f"course/{STEM}").stdout
    assert list_dead_links(cleaned.outbox) == []


def test_a_sidecar_dropped_for_a_finished_result_is_taken_into_it(cleaned, server, layout):
    asked = len(server.bodies)
    cleaned.drop(
        f"course/{STEM}.yaml", "title: Our first year\nspeakers: {SPEAKER_00: Ann}\nglossary: [Ann]\n"
    )
    done = cleaned.command("once")
    text = text_of(cleaned, f"course/{STEM}", layout)
    assert "# Our first year" in text
    assert f"link: {VIDEO}\n" in text
    assert "**Ann:**" in text
    assert os.listdir(cleaned.inbox / "course") == []
    assert (cleaned.outbox / f"course/{STEM}/original.yaml").exists()
    assert len(server.bodies) == asked
    assert "what it says of glossary needs another cleaning" in done.stderr
    assert f"transcriptd redo '{cleaned.outbox}/course/{STEM}'" in done.stderr
    assert "Our first year" in (cleaned.outbox / "index.html").read_text()
    assert done.stdout == f"{cleaned.outbox}/course/{STEM}\n"
    assert "left name" not in done.stderr
    cleaned.command("redo", f"course/{STEM}")
    cleaned.command("once")
    assert cleaned.summary(f"course/{STEM}-2")["settings"]["glossary"] == ["Ann"]


def test_a_late_sidecar_that_can_not_be_used_stays_and_the_log_says_why(root):
    root.drop("talk.txt")
    root.command("once")
    root.drop("talk.yaml", "speakers: 3\n")
    root.drop("other.yaml", "title: Of nothing\n")
    done = root.command("once")
    assert visible(root.inbox) == ["other.yaml", "talk.yaml"]
    assert "unused name='talk.yaml' The .yaml beside the transcript: speakers" in done.stderr


def test_a_running_daemon_uses_a_sidecar_that_comes_after_the_result(root):
    daemon = root.start()
    root.drop("talk.txt")
    daemon.logged("delivered")
    root.drop("talk.yaml", "title: It came late\n")
    daemon.logged("rendered")
    assert "# It came late" in (root.outbox / "talk/talk.md").read_text()


def test_render_of_what_an_earlier_version_made_says_the_way_out(root):
    root.drop("talk.txt")
    root.command("once")
    (root.outbox / "talk/record.jsonl.gz").unlink()
    done = root.command("render", "talk", check=False)
    assert done.returncode == 2
    assert f"Have it cleaned again with: transcriptd redo {root.outbox}/talk" in done.stderr


# --- what a result says of itself ------------------------------------------------------------------------


def test_a_result_says_where_its_text_went_without_the_password(model_root, server):
    model_root.write_config(base_url=server.url.replace("://", "://ann:secret@"))
    model_root.drop("talk.txt")
    model_root.command("once")
    assert model_root.summary("talk")["server"] == server.url
    review = (model_root.outbox / "talk/review.html").read_text()
    assert f"(anthropic), at {server.url}" in review
    assert "secret" not in review


def test_offline_a_result_says_that_its_text_went_nowhere_and_which_language_it_is_in(root):
    root.drop(
        "2024-03-05 talk.txt", "Ann: and so we said that it was all of the people who are here with us.\n" * 3
    )
    root.command("once")
    summary = root.summary("2024-03-05 talk")
    assert (summary["server"], summary["language"]) == ("", "en")
    assert "date: '2024-03-05'" in (root.outbox / "2024-03-05 talk/2024-03-05 talk.md").read_text()


def test_a_few_words_are_cleaned_in_the_language_that_their_file_names(root):
    cue = "00:00.000 --> 00:02.000\nGut, ähm, bis morgen.\n"
    root.drop("named.vtt", f"WEBVTT\nLanguage: de\n\n{cue}")
    root.drop("unnamed.vtt", f"WEBVTT\n\n{cue}")
    root.command("once")
    assert "Gut, bis morgen." in (root.outbox / "named/named.md").read_text()
    assert "Gut, ähm, bis morgen." in (root.outbox / "unnamed/unnamed.md").read_text()


# --- exact copies ----------------------------------------------------------------------------------------


def test_a_copy_under_another_name_is_delivered_from_the_first_ones_result(model_root, server):
    model_root.drop("talk.txt")
    model_root.command("once")
    asked = len(server.bodies)
    model_root.drop("course/The same talk.txt")
    done = model_root.command("once")
    assert len(server.bodies) == asked
    assert "the same file was cleaned as that" in done.stderr
    first, copy = model_root.summary("talk"), model_root.summary("course/The same talk")
    assert (copy["copy_of"], copy["cost"], copy["requests"]) == ("talk", 0, 0)
    assert copy["model"] == first["model"]
    text = (model_root.outbox / "course/The same talk/The same talk.md").read_text()
    assert "# The same talk" in text
    assert (
        text.split("# The same talk")[1]
        == (model_root.outbox / "talk/talk.md").read_text().split("# talk")[1]
    )


def test_copies_dropped_together_are_paid_for_once(model_root, server):
    for name in ("a.txt", "b.txt", "sub/c.txt"):
        model_root.drop(name)
    model_root.command("once")
    assert model_root.results() == ["a", "b", "sub/c"]
    assert len(server.bodies) == model_root.summary("a")["chunks"]
    assert sum(model_root.summary(name)["requests"] for name in model_root.results()) == len(server.bodies)


def test_a_copy_whose_first_was_killed_half_way_waits_for_it_after_the_restart(model_root, server):
    server.hold()
    model_root.drop("a.txt")
    daemon = model_root.start()
    server.wait_for(1)
    model_root.drop("b.txt")
    daemon.logged("waits job=b for=a")
    daemon.kill()
    server.release()
    asked = len(server.bodies)
    model_root.command("once")
    assert model_root.results() == ["a", "b"]
    assert len(server.bodies) <= asked + model_root.summary("a")["chunks"]
    assert model_root.summary("b")["copy_of"] == "a"


def test_while_a_copy_waits_status_says_for_whom(model_root, server):
    server.hold()
    model_root.drop("a.txt")
    model_root.start()
    server.wait_for(1)
    model_root.drop("b.txt")

    def told():
        return {job["name"]: job["waits_for"] for job in model_root.status()["jobs"]} == {"a": "", "b": "a"}

    until(told)
    until(
        lambda: "It is an exact copy of a, waits for that" in (model_root.outbox / "STATUS.txt").read_text()
    )
    server.release()
    until(lambda: model_root.results() == ["a", "b"])


@pytest.mark.parametrize("how", ["deleted", "edited", "redone", "other settings"])
def test_what_is_no_copy_of_an_untouched_result_is_cleaned(model_root, server, how):
    model_root.drop("talk.txt")
    model_root.command("once")
    asked = len(server.bodies)
    if how == "deleted":
        (model_root.outbox / "talk").rename(model_root.path / "away")
    elif how == "edited":
        (model_root.outbox / "talk/talk.md").write_text("mine")
    elif how == "other settings":
        model_root.write_config(glossary=["Ann"])
    if how == "redone":
        model_root.command("redo", "talk")
    else:
        model_root.drop("copy.txt")
    model_root.command("once")
    assert len(server.bodies) > asked


# --- what came out, and why something stays --------------------------------------------------------------


def test_a_model_that_flags_most_of_what_it_gets_is_said_while_it_happens(model_root, server):
    server.answer = lambda body: "No."
    for number in range(6):
        model_root.drop(f"talk-{number}.txt", f"Ann: um this is what was said in talk number {number}.\n")
    daemon = model_root.start()
    daemon.logged("flagging The model claude-haiku-5-5 can't clean most of what it gets")
    until(lambda: "can't clean most" in (model_root.status()["daemon"]["flagging"] or ""))
    until(lambda: "NOT CLEANED: The model" in (model_root.outbox / "STATUS.txt").read_text())
    assert "NOT CLEANED: The model" in model_root.command("status").stdout
    assert sum(" flagging " in line for line in daemon.log) == 1


def test_what_came_out_is_counted_with_the_way_to_the_index(root):
    root.drop("talk.txt")
    root.drop("photo.txt", b"\x89PNG\r\n\x1a\n\0\0\0")
    done = root.command("once", check=False)
    index = str(root.outbox / "index.html")
    assert f"finished delivered=1 flagged=0 rejected=1 failed=0 cost=0.0000 index='{index}'" in done.stderr
    assert f"index='{index}' path=" in next(
        line for line in done.stderr.splitlines() if " delivered " in line
    )
    status = root.status()
    assert status["index"] == index
    assert (status["results"]["delivered"], status["results"]["rejected_today"]) == (1, 1)
    assert f"In the outbox: 1 delivered, 1 rejected; see {index}\n" in root.command("status").stdout


def test_once_names_what_stays_in_the_inbox_and_why(root):
    root.drop("talk.txt")
    root.drop("half.txt.part", "Ann: um half of it\n")
    root.drop("... and so on.txt", "Ann: um and so on\n")
    root.drop("empty.txt", "")
    root.drop("alone.yaml", "title: Of nothing\n")
    os.symlink("/etc/hostname", root.inbox / "link.txt")
    done = root.command("once")
    left = dict(re.findall(r"left name='([^']+)' reason=['\"](.+)['\"]$", done.stderr, re.M))
    assert set(left) == {"half.txt.part", "... and so on.txt", "empty.txt", "alone.yaml", "link.txt"}
    assert "unfinished" in left["half.txt.part"]
    assert "unfinished" in left["... and so on.txt"]
    assert "it is empty" in left["empty.txt"]
    assert "no transcript of its name" in left["alone.yaml"]
    assert "not a regular file" in left["link.txt"]


def test_a_late_sidecar_that_can_not_be_used_is_told_by_a_running_daemon_too(root):
    daemon = root.start()
    root.drop("talk.txt")
    daemon.logged("delivered")
    root.drop("talk.yaml", "speakers: 3\n")
    daemon.logged("unused name='talk.yaml'")

    def told():
        return {one["name"]: one["why"] for one in root.status()["waiting"]}.get("talk.yaml", "")

    until(lambda: told().startswith("it can't be used: The .yaml beside the transcript: speakers"))
    until(lambda: "talk.yaml: it can't be used" in (root.outbox / "STATUS.txt").read_text())


@pytest.mark.parametrize("usage", [None, {"input_tokens": -1, "output_tokens": 5}])
def test_a_result_says_no_less_than_the_ledger_counts(make_root, server, usage):
    root = make_root(base_url=server.url, prices={"claude-haiku-5-5": {"input": 1, "output": 5}})
    clean = server.answer

    def answer(body):
        message = {"id": "m", "type": "message", "role": "assistant", "model": body["model"], "usage": usage}
        content = [{"type": "text", "text": clean(body)}]
        return Reply(body=json.dumps({**message, "content": content, "stop_reason": "end_turn"}).encode())

    server.answer = answer
    root.drop("talk.txt")
    root.command("once")
    summary = root.summary("talk")
    with open(root.state / "ledger.csv", newline="") as file:
        counted = sum(float(row["dollars"]) for row in csv.DictReader(file))
    assert counted > 0
    assert summary["cost"] == summary["cost_bounded"] == pytest.approx(counted, abs=1e-5)
    assert "at most $" in (root.outbox / "talk/review.html").read_text()


@pytest.mark.parametrize("name", ["summary.json", "record.jsonl.gz"])
def test_a_file_of_a_result_that_is_nested_without_end_stops_nothing(root, name):
    root.drop("talk.txt")
    root.command("once")
    nested = b"[" * 100_000 + b"\n"
    (root.outbox / "talk" / name).write_bytes(gzip.compress(nested) if name.endswith(".gz") else nested)
    root.drop("later.txt", f"{TRANSCRIPT} And more of it.")
    done = root.command("once")
    assert "bug" not in done.stderr
    assert (root.outbox / "later" / "summary.json").exists()
    for words in (("render", str(root.outbox / "talk")), ("redo", str(root.outbox / "talk")), ("status",)):
        assert "Traceback" not in root.command(*words, check=False).stderr
