"""What a model gives back to the letter although it is in need of cleaning is told from what is not."""

import pytest

from daemon.cleaning.unchanged import needs_cleaning

READABLE = "We looked at the numbers again, and they are better than last year. Nobody knew why. " * 6
UNREAD = {
    "without marks and capitals": "we looked at the numbers again and they are better than last year " * 6,
    "full of hesitations": "We looked, um, at the numbers, and, uh, they are better than last year. " * 6,
    "without marks, in Russian": "и вот он сказал что мы пойдём туда вместе и никто не знал зачем " * 6,
}


@pytest.mark.parametrize("text", UNREAD.values(), ids=UNREAD)
def test_speech_without_marks_or_full_of_hesitations_is_in_need_of_cleaning(text):
    assert needs_cleaning(text, "clean")


def test_readable_text_is_not():
    assert not needs_cleaning(READABLE, "clean")


def test_in_a_few_words_there_may_be_nothing_to_do():
    assert not needs_cleaning("um yes we did that", "clean")


def test_under_strict_hesitations_stay():
    assert not needs_cleaning(UNREAD["full of hesitations"], "strict")
    assert needs_cleaning(UNREAD["without marks and capitals"], "strict")


def test_scripts_without_capitals_may_have_no_marks():
    assert not needs_cleaning("我們 今天 看 了 那些 數字 " * 12, "clean")
