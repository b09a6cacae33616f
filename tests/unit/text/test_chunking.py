"""Turns become chunks: an exact partition at places where a reader would pause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.text import chunking
from daemon.text.chunking import CONTEXT_WORDS
from daemon.text.transcript import Segment, count_words
from daemon.text.turns import Turn
from tests.unit.growth import NEARLY_LINEAR, growth


def cut(turns, chunk_words):
    return list(chunking.cut(turns, chunk_words))


def turn(text, start=None, end=None, speaker=None, times=None):
    return Turn((Segment(text, start, end, speaker, times),), speaker)


def plain(count, word="word"):
    return " ".join([word] * count)


def sizes(chunks):
    return [len(chunk.text.split()) for chunk in chunks]


WORD = st.sampled_from(["a", "word", "end.", "Is", "it?", "Dr.", "x" * 90, "これは長い文です" * 4])


@st.composite
def turns(draw):
    out = []
    for number in range(draw(st.integers(0, 8))):
        words = draw(st.lists(WORD, min_size=1, max_size=60))
        middle = draw(st.integers(0, len(words)))
        start = draw(st.sampled_from([None, 10.0 * number]))
        end = None if start is None else start + 9
        parts = [" ".join(part) for part in (words[:middle], words[middle:]) if part]
        speaker = draw(st.sampled_from([None, "Ann", "Ben"]))
        out.append(Turn(tuple(Segment(part, start, end, speaker) for part in parts), speaker))
    return out


@given(turns(), st.integers(1, 70))
def test_the_chunks_hold_every_word_once_and_in_order_and_none_is_too_long(given_turns, chunk_words):
    chunks = cut(given_turns, chunk_words)
    words = [word for turn in given_turns for word in turn.text.split()]
    assert [word for chunk in chunks for word in chunk.text.split()] == words
    assert [w for c in chunks for t in c.turns for w in t.text.split()] == words
    speakers = [t.speaker for c in chunks for t in c.turns for _ in t.text.split()]
    assert speakers == [t.speaker for t in given_turns for _ in t.text.split()]
    assert all(size <= max(1, 1.3 * chunk_words) for size in sizes(chunks))
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert all(chunk.text == "\n\n".join(turn.text for turn in chunk.turns) for chunk in chunks)


@given(turns(), st.integers(1, 70))
def test_the_context_is_the_original_just_before(given_turns, chunk_words):
    before = []
    for chunk in cut(given_turns, chunk_words):
        context = (chunk.context_buffer or "").split()
        assert context == before[len(before) - len(context) :]
        assert len(context) <= CONTEXT_WORDS
        assert min(len(before), CONTEXT_WORDS) <= count_words(" ".join(context)) * 2  # x * 90 counts double
        before += chunk.text.split()


def test_the_context_is_as_long_in_scripts_without_spaces():
    chunks = cut([turn(plain(100, "我们今天开始工作。"))], 100)
    assert {count_words(chunk.context_buffer or "") for chunk in chunks[1:]} == {CONTEXT_WORDS}
    chunks = cut([turn(plain(10, "我" * 200))], 100)  # more than the context in one piece: it is never cut
    assert {chunk.context_buffer for chunk in chunks[1:]} == {"我" * 200}


@given(st.lists(st.integers(1, 20), min_size=1, max_size=100), st.integers(20, 60))
def test_plain_words_are_cut_evenly(lengths, chunk_words):
    chunks = cut([turn(plain(length)) for length in lengths], chunk_words)
    if len(chunks) > 1:
        assert min(sizes(chunks)) >= 0.4 * chunk_words


def test_a_chunk_ends_at_the_end_of_a_turn():
    chunks = cut([turn(plain(45, "It is.")), turn(plain(70)), turn(plain(40))], 100)
    assert sizes(chunks) == [90, 110]


def test_a_long_turn_is_cut_at_the_end_of_a_sentence():
    chunks = cut([turn(f"{plain(90)} end. Then {plain(108)}")], 100)
    assert sizes(chunks) == [91, 109]


def test_an_abbreviation_or_a_number_is_no_end_of_a_sentence():
    chunks = cut([turn(f"{plain(95)} Dr. Who 3. {plain(102)}")], 100)
    assert sizes(chunks) == [100, 100]


def test_without_sentences_a_long_turn_is_cut_at_its_longest_pause():
    times = tuple([0.3 * n for n in range(88)] + [60 + 0.3 * n for n in range(112)])
    chunks = cut([turn(plain(200), 0.0, 99.0, times=times)], 100)
    assert sizes(chunks) == [88, 112]
    assert chunks[1].start_timestamp == "00:01:00"


def test_a_run_with_neither_is_cut_at_the_target():
    assert sizes(cut([turn(plain(300))], 100)) == [100, 100, 100]


def test_the_last_chunk_is_not_a_crumb():
    assert sizes(cut([turn(plain(1201))], 900)) == [600, 601]
    assert sizes(cut([turn(plain(1100))], 900)) == [1100]


def test_both_parts_of_a_cut_turn_keep_the_speaker():
    chunks = cut([turn(plain(200), 0, 100, "Ann")], 100)
    assert [[t.speaker for t in chunk.turns] for chunk in chunks] == [["Ann"], ["Ann"]]
    assert chunks[1].turns[0].start == pytest.approx(50)


def test_a_chunk_begins_at_the_time_of_its_first_word_that_has_one():
    assert cut([turn("a"), turn("b", 3725.9, 3726)], 9)[0].start_timestamp == "01:02:05"
    assert cut([turn("a")], 9)[0].start_timestamp == "00:00:00"


def test_nothing_is_cut_into_nothing():
    assert cut([], 900) == []


def test_text_without_spaces_counts_by_its_letters():
    """Captions in Japanese have a word, as far as spaces go, in each line."""
    cues = [turn("これは二十文字ぐらいの日本語の字幕です") for _ in range(100)]
    assert len(cut(cues, 100)) > 5


def test_a_single_giant_word_is_a_chunk_of_its_own():
    giant = "語" * 50_000
    assert [c.text for c in cut([turn(f"a b {giant} c d")], 100)] == ["a b", giant, "c d"]


@pytest.mark.long
@pytest.mark.parametrize("sentence", ["word", "So it goes."])
def test_a_long_turn_is_cut_in_linear_time(sentence):
    length = len(sentence.split())

    def cut_it(words):
        chunks = cut([turn(plain(words // length, sentence), 0, 40_000)], 900)
        assert 0.7 < len(chunks) / (words / 900) < 1.2

    assert growth(cut_it, 12_500, 100_000) < NEARLY_LINEAR


# --- text without punctuation --------------------------------------------------------------------------


def score_full(*ends):
    """What takes the words of that kind for the ends of sentences, the later ones for surer."""

    def score_ends(words, places):
        return [ends.index(words[place - 1]) + 1 if words[place - 1] in ends else -1 for place in places]

    return lambda words: score_ends


@given(turns(), st.integers(1, 70))
def test_with_guesses_too_the_chunks_hold_every_word_once_and_none_is_too_long(given_turns, chunk_words):
    chunks = list(chunking.cut(given_turns, chunk_words, score_full("a", "word")))
    words = [word for turn in given_turns for word in turn.text.split()]
    assert [word for chunk in chunks for word in chunk.text.split()] == words
    assert all(size <= max(1, 1.3 * chunk_words) for size in sizes(chunks))


def test_where_no_sentence_has_its_mark_a_chunk_ends_where_one_ends_most_likely():
    text = f"{plain(90)} maybe {plain(14)} surely {plain(95)}"
    chunks = list(chunking.cut([turn(text)], 100, score_full("maybe", "surely")))
    assert [chunk.text.split()[-1] for chunk in chunks] == ["surely", "word"]


def test_a_guess_counts_for_less_than_a_mark_or_another_speaker_and_for_more_than_a_pause():
    guess = score_full("surely")
    marked = list(chunking.cut([turn(f"{plain(85)} done. Now {plain(10)} surely {plain(100)}")], 100, guess))
    assert marked[0].text.endswith("done.")
    two = [turn(f"{plain(80)} surely {plain(5)}", 0.0, 50.0, "Ann"), turn(plain(100), 50.0, 99.0, "Ben")]
    assert sizes(chunking.cut(two, 100, guess)) == [86, 100]
    paused = [turn(f"{plain(80)} surely {plain(5)}", 0.0, 50.0), turn(plain(100), 55.0, 99.0)]
    assert sizes(chunking.cut(paused, 100, guess)) == [81, 105]


def test_where_no_sentence_may_end_all_is_as_without_guesses():
    given_turns = [turn(plain(150), 0.0, 50.0), turn(plain(150), 55.0, 99.0)]
    assert list(chunking.cut(given_turns, 100, score_full("surely"))) == cut(given_turns, 100)


def test_nobody_asks_where_the_sentences_of_a_single_chunk_end():
    asked = []
    assert sizes(chunking.cut([turn(plain(130))], 100, asked.append)) == [130]
    assert asked == []
    assert sizes(chunking.cut([turn(plain(131))], 100, asked.append)) == [65, 66]
    assert len(asked) == 1


def test_scores_are_asked_for_with_words_on_both_sides_of_the_places():
    words = [f"w{number}" for number in range(1_000)]
    asked = []

    def score_ends(given_words, places):
        asked.append((given_words[places.start], given_words[0], given_words[-1]))
        return [place == places.start for place in places]

    cuts = sizes(chunking.cut([turn(" ".join(words))], 100, lambda words: score_ends))
    at = 0
    for size, (first, before, after) in zip(cuts, asked, strict=False):
        at += size
        assert first == words[at]
        assert before == words[at - chunking.GUESS_REACH]
        assert after == words[min(999, int(after[1:]))]
        assert int(after[1:]) >= min(999, at + chunking.GUESS_REACH)
