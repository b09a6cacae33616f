"""Signs that change a number, and what nobody says: found wherever they stand."""

import re
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cleaning.checks import symbols
from daemon.cleaning.checks.speech import speech_of
from daemon.cleaning.checks.symbols import LONGEST_ROW, find_changed_sign, find_unsaid_signs

SAID = "thanks everybody for coming tonight"


def changed(original, cleaned, language="en"):
    return find_changed_sign(original, cleaned, speech_of(language).symbols)


@pytest.mark.parametrize(
    ("original", "cleaned", "signs"),
    [
        ("it was $50", "it was €50", ("$", "€")),
        ("it was $50", "it was 50", ("$", "")),
        ("it was -5 there", "it was 5 there", ("-", "")),
        ("it was 5 there", "it was -5 there", ("", "-")),
        ("up by 5%", "up by 5", ("%", "")),
        ("where x >= 3", "where x <= 3", ("≥", "≤")),
        ("3 metres", "3² metres", ("", "²")),
    ],
)
def test_a_sign_that_is_gone_or_another_one_is_found(original, cleaned, signs):
    assert changed(original, cleaned) == signs


@pytest.mark.parametrize(
    ("original", "cleaned", "language"),
    [
        ("five percent", "5%", "en"),
        ("5%", "5 percent", "en"),
        ("fifty dollars", "$50", "en"),
        ("minus five", "-5", "en"),
        ("$5 and $10", "five and $10", "en"),
        ("zwanzig Euro", "20 €", "de"),
        ("from 5 to 10", "from 5-10", "en"),
        ("a well-known one", "a well known one", "en"),
        ("wait - what", "wait, what", "en"),
    ],
)
def test_a_sign_may_be_written_for_its_word_and_the_other_way_round(original, cleaned, language):
    assert changed(original, cleaned, language) is None


@pytest.mark.parametrize(
    "cleaned",
    [
        f"{SAID} 🎉",
        "thanks everybody * * * for coming tonight",
        f"{SAID}{'!' * 3000}",
        f"{SAID} $$$$",
        f"{SAID}{'t' * 60}",
        f"{SAID} {'abcdefghij' * 6}",
        f"{SAID} ----------",
        f"{SAID} ```",
    ],
)
def test_what_nobody_says_is_found(cleaned):
    assert find_unsaid_signs(SAID, cleaned) is not None


@pytest.mark.parametrize(
    "text", ["wow 🎉", "no!!!", "wait....... what", "ann@example.com", "a* b*", "(laughs)", "“so” – he said"]
)
def test_what_stands_in_both_texts_or_is_punctuation_is_not(text):
    assert find_unsaid_signs(text, text) is None
    assert find_unsaid_signs("a", "“a” – (a)!!!") is None


@given(st.text(alphabet="ab!é", max_size=30))
def test_a_row_is_never_overlooked(text):
    longest = max((len(list(row)) for _, row in groupby(text)), default=0)
    may_hold = symbols._may_hold_row(text)
    assert may_hold or longest <= LONGEST_ROW
    assert not text.isascii() or may_hold == (longest > LONGEST_ROW)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_what_is_taken_out_of_ascii_is_neither_a_sign_nor_a_minus(text):
    left = symbols._take_out_plain(text)
    assert left == "".join(re.findall(r"[^a-zA-Z0-9\s.,;:!?'\"()\[\]/@&]", text))
