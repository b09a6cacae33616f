"""Long runs of words become paragraphs that people can read, each with its time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.text.alignment import find_unit_origins, split_units
from daemon.text.paragraphs import LIMIT_WORDS, break_text, break_turn, time_paragraphs
from daemon.text.sentences import ends_sentence
from daemon.text.transcript import Segment, count_words
from daemon.text.turns import Turn
from tests.unit.growth import NEARLY_LINEAR, growth


def plain(count, word="word"):
    return " ".join([word] * count)


def lengths(text, times=None):
    return [len(paragraph.split()) for paragraph in break_text(text, times)]


def timed(text, step=1.0, speaker=None):
    count = len(text.split())
    times = tuple(step * n for n in range(count))
    return Turn((Segment(text, 0.0, step * count, speaker, times),), speaker)


def cleaned_paragraphs(turn, cleaned):
    return time_paragraphs(turn, cleaned, find_unit_origins(turn.text, split_units(cleaned)))


@st.composite
def written(draw):
    """Some paragraphs of up to 600 words, now and then with a sentence's end."""
    blocks = []
    for count in draw(st.lists(st.integers(1, 600), max_size=4)):
        words = ["word"] * count
        for at in draw(st.lists(st.integers(0, count - 1), max_size=12)):
            words[at] = draw(st.sampled_from(["end.", "Then", "so,", "e.g.", "two\nlines"]))
        blocks.append(" ".join(words))
    return draw(st.sampled_from(["\n\n", "\n \n\n"])).join(blocks)


TEXTS = written()


@given(TEXTS)
def test_every_word_is_in_a_paragraph_in_order_and_none_is_too_long(text):
    found = break_text(text, None)
    assert [word for paragraph in found for word in paragraph.split()] == text.split()
    assert all(0 < len(paragraph.split()) <= LIMIT_WORDS for paragraph in found)


@given(TEXTS)
def test_what_is_laid_out_stays_as_it_is(text):
    found = break_text(text, None)
    assert [part.text for part in cleaned_paragraphs(timed("once"), "\n\n".join(found))] == found


@given(st.integers(150, 3000))
def test_a_run_without_sentences_is_broken_into_even_paragraphs(count):
    assert all(60 <= length <= 200 for length in lengths(plain(count)))


def test_a_short_run_is_one_paragraph():
    assert lengths(plain(149)) == [149]


def test_it_breaks_at_the_end_of_a_sentence():
    assert lengths(f"{plain(85)} end. Then {plain(119)}") == [86, 120]


def test_of_two_sentences_the_one_before_the_longer_pause_ends_the_paragraph():
    text = f"{plain(79)} end. Then {plain(28)} end. Then {plain(89)}"
    assert lengths(text) == [110, 90]
    times = [0.3 * n if n < 80 else 0.3 * n + 2 for n in range(200)]
    assert lengths(text, times) == [80, 120]


def test_without_sentences_it_breaks_at_the_longest_pause_near_by():
    times = [0.3 * n if n < 84 else 0.3 * n + 2 for n in range(200)]
    assert lengths(plain(200), times) == [84, 116]


def test_paragraphs_that_somebody_made_stay_up_to_a_page():
    assert lengths(f"{plain(3)}\n\n{plain(250)}\n \n{plain(251)}") == [3, 250, 84, 83, 84]


@pytest.mark.parametrize("word", ["end.", "end!”", "really?)", "…", "終わり。"])
def test_these_end_a_sentence(word):
    assert ends_sentence(word)


@pytest.mark.parametrize("word", ["word", "so,", "Dr.", "e.g.", "J.", "(vs.", "3.5"])
def test_these_do_not(word):
    assert not ends_sentence(word)


def test_a_paragraph_has_the_time_and_speaker_of_its_words():
    turn = timed("um so we began uh and then we stopped", speaker="Ann")
    first, second = cleaned_paragraphs(turn, "So we began.\n\nAnd then we stopped.")
    assert (first.text, first.start, first.speaker) == ("So we began.", 1.0, "Ann")
    assert (second.text, second.start, second.speaker) == ("And then we stopped.", 5.0, "Ann")


def test_each_original_word_belongs_to_one_paragraph():
    turn = timed("um so we began and then we stopped you know")
    parts = cleaned_paragraphs(turn, "So we began.\n\nIndeed.\n\nAnd then we stopped.")
    assert [part.original for part in parts] == ["um so we began", "", "and then we stopped you know"]
    assert [part.end for part in parts] == [4.0, 1.0, 8.0]


def test_words_taken_out_where_a_sentence_begins_belong_to_its_paragraph():
    turn = timed("we began. you know. so um then we stopped.")
    parts = cleaned_paragraphs(turn, "We began.\n\nThen we stopped.")
    assert [part.original for part in parts] == ["we began. you know.", "so um then we stopped."]


def test_a_paragraph_of_new_words_has_the_time_of_the_one_before():
    parts = cleaned_paragraphs(
        timed("so we began and stopped here"), "So we began\n\nIndeed\n\nand stopped here"
    )
    assert [part.start for part in parts] == [0.0, 0.0, 3.0]


def test_a_cleaned_turn_of_one_paragraph_is_not_broken_before_it_fills_a_page():
    text = plain(LIMIT_WORDS)
    assert [part.text for part in cleaned_paragraphs(timed(text), text)] == [text]


@given(TEXTS)
def test_a_turn_as_it_was_said_is_broken_like_one_that_nothing_was_done_to(text):
    turn = timed(" ".join(text.split()) or "word", speaker="Ann")
    found = break_turn(turn)
    assert found == cleaned_paragraphs(turn, turn.text)
    assert [part.text for part in found] == [part.original for part in found]


def test_an_empty_turn_has_no_paragraphs():
    assert cleaned_paragraphs(timed("um"), "") == []


def test_without_times_there_is_no_time():
    assert cleaned_paragraphs(Turn((Segment("so it goes"),)), "So it goes.")[0].start is None


def test_paragraphs_are_made_in_linear_time():
    def paragraphs_of(sentences):
        assert len(break_text(plain(sentences, "So it then goes."), None)) > sentences / 50

    assert growth(paragraphs_of, 3_125, 25_000) < NEARLY_LINEAR


def test_paragraphs_of_a_script_without_spaces_are_as_long_as_others():
    thai = " ".join(["ฉันคิดว่าเราควรพูดถึงเรื่องนี้"] * 80)
    found = break_text(thai, None)
    assert " ".join(found) == thai
    assert all(60 <= count_words(paragraph) <= LIMIT_WORDS for paragraph in found)
    assert len(found) > 5


def test_a_text_without_spaces_is_broken_where_its_sentences_end_and_keeps_its_times():
    said = [chr(0x4E00 + number) * 11 for number in range(100)]  # a cue of eleven letters each second
    turn = timed(" ".join(said))
    found = cleaned_paragraphs(turn, "".join(f"{cue}。" for cue in said))
    assert len(found) > 3
    assert all(paragraph.text.endswith("。") and " " not in paragraph.text for paragraph in found)
    assert [said[int(paragraph.start)] for paragraph in found] == [one.text[:11] for one in found]
    assert " ".join(paragraph.original for paragraph in found) == turn.text


def test_a_text_of_one_word_without_a_time_stays_whole():
    text = "好。" * 1000
    assert [one.original for one in break_turn(Turn((Segment(text),), None))] == [text]
