"""Each cleaned word is led back to the original word it came from."""

from hypothesis import given
from hypothesis import strategies as st

from daemon.text.alignment import (
    align_words,
    find_origins,
    find_unit_origins,
    index_words,
    join_units,
    split_units,
    word_key,
)


def words(text):
    return text.split()


WORDS = st.lists(st.sampled_from(words("the cat sat on a mat and slept")), max_size=40)


def test_words_are_compared_without_case_and_punctuation():
    assert word_key("“Don’t,") == word_key("don't") == "dont"
    assert word_key("STRASSE") == word_key("Straße")
    assert word_key("—") == "—"


def test_equal_words_keep_their_place_when_others_go():
    assert align_words(words("um so I uh went home"), words("So I went home.")) == [1, 2, 4, 5]


def test_a_replaced_word_has_the_place_of_the_one_it_replaces():
    assert align_words(words("we flew to Lundun today"), words("We flew to London today.")) == [0, 1, 2, 3, 4]


def test_a_new_word_has_no_origin():
    assert align_words(["go", "home"], ["go", "straight", "home"]) == [0, None, 1]


@given(WORDS, WORDS)
def test_origins_ascend_and_stay_inside(original, cleaned):
    found = align_words(original, cleaned)
    known = [index for index in found if index is not None]
    assert len(found) == len(cleaned)
    assert known == sorted(set(known))
    assert all(0 <= index < len(original) for index in known)


@given(WORDS)
def test_unchanged_words_come_from_themselves(words):
    assert align_words(words, words) == list(range(len(words)))


@given(WORDS, st.data())
def test_a_text_that_only_lost_words_has_an_equal_origin_for_each(words, data):
    kept = [word for word in words if data.draw(st.booleans())]
    assert [words[index] for index in align_words(words, kept)] == kept


def test_words_that_were_kept_have_their_sources():
    assert find_origins(words("um so I went"), words("So I just went.")) == [1, 2, None, 3]


def test_a_translation_is_spread_over_the_original():
    original = [f"wort{n}" for n in range(10)]
    cleaned = [f"word{n}" for n in range(20)]
    assert find_origins(original, cleaned) == [n // 2 for n in range(20)]


def test_words_from_nothing_have_no_source():
    assert find_origins([], ["new"]) == [None]
    assert find_origins(["gone"], []) == []


def test_twenty_thousand_words_are_aligned():
    words = [f"w{n * n % 997}" for n in range(20_000)]
    kept = [word for n, word in enumerate(words) if n % 11]
    assert None not in align_words(words, kept)


# --- scripts without spaces ---------------------------------------------------------------------------------

MIXED = st.text(st.sampled_from("aZ9 .,-!\n我们去看花。，「」（）きょっとーลูกที่ไป၊က្"), max_size=40)


def test_letters_of_a_script_without_spaces_are_units_with_their_marks():
    assert split_units("「我们」去 GPU看，好。") == [
        "「我", "们」", "去", "GPU", "看，", "好。",
    ]  # fmt: skip
    assert split_units("ちょっとー") == ["ちょっ", "とー"]
    assert split_units("ที่นี่") == ["ที่", "นี่"]


def test_words_of_other_scripts_are_units_whole():
    assert split_units("Don't go, नमस्ते दोस्तों।") == "Don't go, नमस्ते दोस्तों।".split()


@given(MIXED)
def test_the_units_of_a_text_make_it_again(text):
    assert join_units(split_units(text)) == " ".join(text.split())
    assert index_words(split_units(text))[-1:] == [len(text.split()) - 1][: len(text.split())]


def test_letters_are_led_back_to_the_words_that_they_were_said_in():
    units = split_units("我们今天去看花，然后喝茶。")
    assert find_unit_origins("我们今天 去看花嗯 然后喝茶", units) == [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2]
