"""The search finds what was said, in which result and when."""

import json
import os
import shutil

import pytest

from daemon.delivery.catalogue.passages import Passage, find_excerpts, read_passages
from daemon.delivery.catalogue.words import fold_text, parse_query
from daemon.delivery.document import Block
from daemon.delivery.render import stream_json


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("The harbour is open.", ["harbour"]),
        ("The harbour is open.", ["OPEN", "harbour"]),
        ("The harbour is open.", ['"harbour is"']),
        ("The harbour is open.", ["harbour is open"]),
        ("The harbour is open.", ["harb*"]),
        ("The harbour is open.", ['"the harb*"*']),
        ("Herr Müller wohnt in der Straße.", ["muller"]),
        ("Herr Müller wohnt in der Straße.", ["mueller"]),
        ("Herr Müller wohnt in der Straße.", ["MÜLLER"]),
        ("Herr Müller wohnt in der Straße.", ["strasse"]),
        ("Herr Mueller wohnt dort.", ["mueller"]),
        ("Šárka a Zoë", ["sarka", "zoe"]),
        ("今天我们讨论预算。", ["预算"]),
        ("Işıl hazır mı?", ["ışıl"]),
        ("Işıl hazır mı?", ["IŞIL", "hazir"]),
        ("Łódź i Øresund", ["lodz", "oresund"]),
        ("आज हिंदी में काम है।", ["काम"]),
        ("आज हिंदी में काम है।", ["हि*"]),
        ("نعم، ٢٥ مرة.", ["25"]),
        ("نعم، 25 مرة.", ["۲۵"]),
        ("این یک کتاب فارسی است.", ["كتاب", "فارسي"]),
        ("قالت مَرْحَبًا بكم", ["مرحبا"]),
        ("the word and the word", ["word AND the"]),
        ("snake_case is a name", ["snake_case"]),
        ("don't do that", ["don't"]),
        ("it cost 3.50 dollars", ["3.50"]),
    ],
)
def test_what_was_said_is_found(made, said, query):
    made.add("talk", said)
    made.add("other", "Nothing of the kind.")
    assert made.paths(*query) == ["talk"]
    (hit,) = made.find(*query).hits
    assert hit.excerpts[0].time == "00:01:15"


@pytest.mark.parametrize(
    "query", [['"open harbour"'], ["harbours"], ["arbour"], ["harbour", "closed"], ["title"]]
)
def test_what_was_not_said_is_not_found(made, query):
    made.add("talk")
    assert made.paths(*query) == []


@pytest.mark.parametrize(("said", "query"), [("आज काम है", "कम"), ("आज काम है", "क"), ("நான் தயார்", "நன")])
def test_a_word_with_another_vowel_is_another_word(made, said, query):
    made.add("talk", said)
    assert made.paths(query) == []


@pytest.mark.parametrize("query", [[""], ["*"], ['"'], ["!?"], ["★"], [" "]])
def test_a_query_without_a_word_asks_for_nothing(query):
    assert parse_query(query) == []


@pytest.mark.parametrize(
    "query", ["NEAR(a b)", "title:x", "a OR b", "^a", "-a", 'a"b', "a;DROP TABLE results", "(", "a)b"]
)
def test_no_sign_has_a_meaning_of_its_own(made, query):
    made.add("talk", f"They said {query} loud.")
    if parse_query([query]):
        assert made.paths(query) == ["talk"]


def test_titles_are_searched_too(made):
    made.add("talk", title="The annual budget")
    assert made.paths("annual") == ["talk"]


def test_the_newest_come_first_and_all_are_counted(made):
    for number in range(5):
        made.add(f"talk-{number}")
    answer = made.find("harbour", most=2)
    assert [hit.entry.path for hit in answer.hits] == ["talk-4", "talk-3"]
    assert answer.total == 5


def test_what_was_moved_deleted_or_edited_is_found_as_it_is(made):
    for name in ("moved", "deleted", "edited"):
        made.add(name)
    assert len(made.paths("harbour")) == 3
    (made.path / "kept").mkdir()
    (made.path / "moved").rename(made.path / "kept/moved")
    shutil.rmtree(made.path / "deleted")
    text = made.path / "edited/edited.md"
    text.write_text(text.read_text().replace("harbour", "port"))
    assert made.paths("harbour") == ["kept/moved"]
    assert made.paths("port") == ["edited"]


def test_what_is_gone_since_the_last_look_is_not_shown(made):
    made.add("talk")
    made.add("gone")
    made.refresh()
    shutil.rmtree(made.path / "gone")
    answer = made.find("harbour", catch_up=False)
    assert [hit.entry.path for hit in answer.hits] == ["talk"]
    assert answer.total == 1


def test_an_index_that_was_deleted_is_made_again_by_who_asks(made):
    made.add("talk")
    made.refresh()
    (made.state / ".catalogue.sqlite").unlink()  # the daemon that runs has not noticed yet
    assert [hit.entry.path for hit in made.find("harbour", catch_up=False).hits] == ["talk"]


def test_a_damaged_index_is_made_again_by_who_asks(made):
    made.add("talk")
    made.refresh()
    path = made.state / ".catalogue.sqlite"
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    assert [hit.entry.path for hit in made.find("harbour", catch_up=False).hits] == ["talk"]


def test_rejected_ones_have_no_words_but_their_title(made):
    made.reject("noise")
    assert made.paths("noise") == ["rejected/noise"]
    assert made.paths("picture") == []


# --- the words around -----------------------------------------------------------------------------------


def test_the_words_around_a_hit_are_cut_at_a_dozen():
    text = " ".join(f"w{number}" for number in range(100))
    (excerpt,) = find_excerpts([Passage("00:00:01", text)], parse_query(["w50 w51"]), 3)
    assert excerpt.hit == "w50 w51"
    assert excerpt.before.split() == ["…", *(f"w{number}" for number in range(38, 50))]
    assert excerpt.after.split() == [*(f"w{number}" for number in range(52, 64)), "…"]


def test_the_passage_that_holds_most_of_the_words_comes_first():
    passages = [Passage("1", "a roof"), Passage("2", "the roof and the budget"), Passage("3", "a budget")]
    times = [found.time for found in find_excerpts(passages, parse_query(["roof", "budget"]), 2)]
    assert times == ["2", "1"]


MARKDOWN = (
    "---\ntitle: x\n---\n\n# Title\n\n[00:00:01](https://v.example/x&t=1s) **Ann \\*B\\*:** It is 5 \\* 3.\n"
    "\n> **Not cleaned:** why\n"
)
SRT = "1\n00:00:01,500 --> 00:00:02,000\nHello\nthere\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>You</i>\n"
VTT = "WEBVTT\n\n00:01.500 --> 00:02.000 align:start\n<v Ann>Hello</v>\n"
JSON = json.dumps(
    {"title": "x", "paragraphs": [{"start": 61.5, "cleaned": "Hello."}, {"start": None, "cleaned": ""}]}
)

BLOCKS = [Block("Hello.", 1.0, "Ann", flag="why"), Block("You {}.", rules=("um",))]
AS_WRITTEN = "".join(stream_json(BLOCKS, {"title": "x", "names": [{"id": "P01"}]}))


@pytest.mark.parametrize(
    ("name", "text", "passages"),
    [
        ("a.md", MARKDOWN, [("00:00:01", "Ann *B*: It is 5 * 3."), (None, "> Not cleaned: why")]),
        ("a.md", "---\ntitle: x\n\nHello.\n", [(None, "--- title: x"), (None, "Hello.")]),
        ("a.md", "---\n", [(None, "---")]),
        ("a.md", "", []),
        ("a.txt", "One\n \t\n\n two\nthree", [(None, "One"), (None, "two three")]),
        ("a.txt", "Title\n\n[00:00:01] Ann: Hello.\n", [(None, "Title"), ("00:00:01", "Ann: Hello.")]),
        ("a.json", JSON, [("00:01:01", "Hello.")]),
        ("a.json", AS_WRITTEN, [("00:00:01", "Hello."), (None, "You {}.")]),
        ("a.json", "{", []),
        ("a.json", "[1]", []),
        ("a.json", "[" * 100_000, []),
        ("a.srt", SRT, [("00:00:01", "Hello there"), ("00:00:03", "You")]),
        ("a.vtt", VTT, [("00:00:01", "Hello")]),
    ],
)
def test_each_output_is_read_with_its_times(name, text, passages):
    assert [(one.time, one.text) for one in read_passages(name, text.splitlines(keepends=True))] == passages


def test_outputs_other_than_markdown_are_searched(made):
    made.add("talk")
    (made.path / "talk/talk.md").unlink()
    (made.path / "talk/talk.srt").write_text("1\n00:00:01,500 --> 00:00:02,000\nThe harbour\n")
    (hit,) = made.find("harbour").hits
    assert (hit.entry.text, hit.excerpts[0].time) == ("talk/talk.srt", "00:00:01")


def test_a_text_that_stands_beside_its_folder_is_found(made):
    made.add("course/talk")
    os.rename(made.path / "course/talk/talk.md", made.path / "course/talk.md")
    (hit,) = made.find("harbour").hits
    assert hit.entry.text == "course/talk.md"


def test_folding_twice_is_folding_once():
    for text in ("Müller", "Straße", "ﬁne", "İstanbul", "今天 ok", "ΑΣ", "a\u0301"):
        assert fold_text(fold_text(text)).split() == fold_text(text).split()
