"""What was changed, word by word: both texts come back exactly, and the marks stand where one looks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.delivery.review.redline import (
    compare_tokens,
    insert_unsaid,
    pack_runs,
    show_pieces,
    split_tokens,
    unpack_runs,
)
from tests.unit.growth import NEARLY_LINEAR, growth

SIGNS = {("del", ""): "[-{}-]", ("ins", ""): "[+{}+]", ("del", "w"): "<{}", ("ins", "w"): "{}>",
         ("del", "l"): "<{}|", ("ins", "l"): "|{}>", ("del", "u"): "(({}))", ("", ""): "{}"}  # fmt: skip


def shown(was, now, original=False):
    """The redline as text: [-gone-], [+new+], <Was was>, <,| and |,> for a comma that goes and comes."""
    runs = compare_tokens(split_tokens(was), split_tokens(now))
    return "".join(SIGNS[part[1:]].format(part.text) for part in show_pieces(runs, original=original))


def without(mark, parts):
    """The words that are left when the pieces with a mark are taken out."""
    return "".join(part.text for part in parts if part.mark != mark).split()


SPOKEN = (
    "um Um the the, you know I I'm don't 25 twenty-five - — … . é e\u0301 Ω 那 个那个 ก 今天。 \u202e \x00"
).split()
speech = st.lists(st.sampled_from(SPOKEN), max_size=30).map(" ".join)
any_text = speech | st.text(max_size=60)


# --- nothing is lost ----------------------------------------------------------------------------------------


@given(any_text, any_text)
def test_packed_runs_come_back_as_they_were(was, now):
    runs = compare_tokens(split_tokens(was), split_tokens(now))
    assert unpack_runs(pack_runs(runs)) == runs


@given(any_text)
def test_tokens_joined_are_the_text(text):
    assert "".join(split_tokens(text)) == text


@given(any_text, any_text)
def test_struck_and_kept_words_are_exactly_the_original_and_added_and_kept_exactly_the_cleaned(was, now):
    runs = compare_tokens(split_tokens(was), split_tokens(now))
    assert "".join(token for run in runs for token in run.was) == was
    assert "".join(token for run in runs for token in run.now) == now


def in_latin(text):
    return " ".join(
        word for word in text.split() if word.isascii() or word in ("é", "e\u0301", "Ω", "…", "—")
    )


@given(speech.map(in_latin), speech.map(in_latin))
def test_what_is_seen_without_the_marks_is_the_original_and_the_cleaned_text(was, now):
    runs = compare_tokens(split_tokens(was), split_tokens(now))
    assert without("ins", show_pieces(runs)) == was.split()
    assert without("del", show_pieces(runs)) == now.split()
    assert without("ins", show_pieces(runs, original=True)) == was.split()


@given(speech, speech)
def test_a_run_marked_same_stands_on_both_sides_and_others_differ(was, now):
    for run in compare_tokens(split_tokens(was), split_tokens(now)):
        same = [token.rstrip() for token in run.was] == [token.rstrip() for token in run.now]
        assert same == (run.kind == "same") or run.kind == "light"
        assert (run.kind == "gone") <= (not run.now)
        assert (run.kind == "new") <= (not run.was)


@given(any_text)
def test_a_text_that_was_not_changed_has_no_marks(text):
    assert {run.kind for run in compare_tokens(split_tokens(text), split_tokens(text))} <= {"same"}


# --- the marks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "now", "marks"),
    [
        ("Um, good to see you.", "Good to see you.", "[-Um,-] <goodGood> to see you."),
        ("So, uh, we go", "So we go", "So<,| [-uh,-] we go"),
        ("we go home", "We go home.", "<weWe> go home|.>"),
        ("it was forty", "it was 40", "it was [-forty-][+40+]"),
        ("I'm gonna like go", "I'm going to go", "I'm [-gonna like-] [+going to+] go"),
        ("x - y", "x, y", "x|,> <-| y"),
        ("go home", "go straight home", "go [+straight+] home"),
        ("你那个好。", "你好！", "你[-那个-]好<。||！>"),
        ("", "", ""),
    ],
)
def test_what_went_and_came_is_marked(was, now, marks):
    assert shown(was, now) == marks


@pytest.mark.parametrize(
    ("was", "now", "marks"),
    [
        ("the, the library", "the library", "[-the,-] the library"),
        ("we have, we have two", "we have two", "[-we have,-] we have two"),
        ("tell you you know", "tell you", "tell you [-you know-]"),
        ("uh uh I I mean I go", "I go", "[-uh uh I I mean-] I go"),
    ],
)
def test_of_words_said_twice_the_first_are_struck_and_neighbours_are_struck_together(was, now, marks):
    assert shown(was, now) == marks


def test_the_original_alone_shows_what_was_taken_from_it_and_nothing_that_was_added():
    assert shown("um so, go home", "So go straight home", original=True) == "[-um-] <so, go home"
    assert shown("go on", "go, on", original=True) == "go on"


def test_capitals_and_punctuation_are_told_from_words():
    kinds = [run.kind for run in compare_tokens(split_tokens("so, um we - go"), split_tokens("So we went"))]
    assert kinds == ["light", "gone", "same", "changed"]


def test_a_passage_of_a_whole_chunk_is_compared_in_linear_time():
    def compare(sentences):
        was = split_tokens("one two three um four five uh six seven " * sentences)
        compare_tokens(was, [token for token in was if token not in ("um ", "uh ")])

    assert growth(compare, 90, 720) < NEARLY_LINEAR  # 6,500 words: the largest chunk


def with_unsaid(was, now, *unsaid):
    runs = insert_unsaid(compare_tokens(split_tokens(was), split_tokens(now)), unsaid)
    return "".join(SIGNS[part[1:]].format(part.text) for part in show_pieces(runs))


def test_what_nobody_said_stands_struck_at_its_place():
    assert (
        with_unsaid("a mill turns", "a mill turns", (2, "a mill a mill")) == "a mill ((a mill a mill)) turns"
    )
    assert with_unsaid("a mill", "a mill", (0, "so so")) == "((so so)) a mill"
    assert with_unsaid("a mill", "a mill", (2, "so so")) == "a mill(( so so)) "
    assert with_unsaid("um um a mill", "a mill", (1, "so")) == "[-um um-] ((so)) a mill"


@given(speech, speech, st.lists(st.tuples(st.integers(0, 30), st.just("left out")), max_size=3).map(sorted))
def test_whatever_nobody_said_both_texts_are_still_whole(was, now, unsaid):
    runs = insert_unsaid(compare_tokens(split_tokens(was), split_tokens(now)), unsaid)
    struck = [run for run in runs if run.kind == "unsaid"]
    others = [run for run in runs if run.kind != "unsaid"]
    assert "".join(token for run in others for token in run.was) == was
    assert "".join(token for run in others for token in run.now).split() == now.split()
    assert len(struck) == len(unsaid)
