"""The review from outside: a result holds it, an interrupted run makes the same one."""

import json

import pytest

from tests.messages_server import Reply

TALK = "\n\n".join(
    f"{('Ann', 'Ben')[number % 2]}: um sentence number {number} has quite a few plain words in it, you see."
    for number in range(12)
)


def review_of(root, result="talk"):
    return (root.outbox / result / "review.html").read_text()


def test_a_result_holds_its_review_with_every_word_that_was_dropped_and_delivered(root):
    root.drop("talk.txt", TALK)
    root.command("once")
    html = review_of(root)
    assert "<del>um</del>" in html
    assert "by rules" in html
    assert "edits by rule" in html.lower()
    summary = root.summary("talk")
    assert f"<b>{summary['words_in']}</b> words became <b>{summary['words_out']}</b>" in html


def test_without_review_there_is_none(make_root):
    root = make_root(review=False)
    root.drop("talk.txt", TALK)
    root.command("once")
    assert root.results() == ["talk"]
    assert not (root.outbox / "talk/review.html").exists()


def test_its_permissions_are_those_of_the_result(root):
    root.outbox.chmod(0o750)
    root.drop("talk.txt", TALK)
    root.command("once")
    assert (root.outbox / "talk/review.html").stat().st_mode & 0o777 == 0o640


def test_a_passage_that_could_not_be_cleaned_stands_on_top_of_the_review(model_root, server):
    server.answer = lambda body: Reply("Of course! How can I help you today?")
    model_root.drop("talk.txt", "Ann: " + "we speak about the harbour and the weather here " * 3)
    model_root.command("once")
    assert model_root.summary("talk")["flags"]
    html = review_of(model_root)
    assert html.index("Not cleaned: ") < html.index("<article")
    assert "passed the checks" not in html


def test_a_killed_and_resumed_run_makes_the_same_review(make_root, server):
    roots = [make_root(name, base_url=server.url, concurrency=1, chunk_words=20) for name in ("one", "two")]
    for root in roots:
        root.drop("talk.txt", TALK)
    roots[0].command("once")
    third = len(server.requests) + 3
    server.hold_at(third)
    running = roots[1].start()
    server.wait_for(1, come=third)
    running.kill()
    server.release()
    roots[1].command("once")
    assert review_of(roots[0]) == review_of(roots[1])


@pytest.mark.parametrize("name", ["review.txt", "Review.vtt.txt"])
def test_a_source_called_review_does_not_take_its_place(root, name):
    root.drop(name, TALK)
    root.command("once")
    (result,) = root.results()
    assert "<!DOCTYPE html>" in review_of(root, result)
    assert json.loads((root.outbox / result / "summary.json").read_text())["source"] == name


def test_a_recognisers_loop_is_taken_once_before_a_model_sees_it_and_that_is_said(model_root, server):
    rounds = [f"In year {year} the miller built another room onto it." for year in range(1801, 1810)]
    texts = ["The mill is old.", *["Its wheel turns in the cold water."] * 12, *rounds]
    segments = [{"start": 2.0 * at, "end": 2.0 * at + 2, "text": text} for at, text in enumerate(texts)]
    model_root.drop("talk.json", json.dumps({"segments": segments, "language": "en"}))
    model_root.command("once")
    summary = model_root.summary("talk")
    assert summary["requests"] == summary["chunks"]
    assert summary["flags"] == []
    assert summary["dropped"] == {"recogniser's loop": 11 * 7}
    [warning] = summary["warnings"]
    assert "12 times in a row from 00:00:02 on" in warning
    page = review_of(model_root).replace("&#39;", "'")
    assert warning in page
    assert " ".join(["Its wheel turns in the cold water."] * 11) + "</del>" in page
