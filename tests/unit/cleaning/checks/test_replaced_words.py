import pytest

from daemon.cleaning.checks.replaced_words import find_replaced_words
from daemon.cleaning.checks.speech import speech_for


@pytest.mark.parametrize(
    ("original", "cleaned", "pair"),
    [
        ("she, she has been at the firm", "She has been at the farm.", ("firm", "farm")),
        ("it was built, um, in May", "It was rebuilt in May.", ("built", "rebuilt")),
        ("he, that he sold the bull", "He shot the bull.", ("sold", "shot")),
        ("Berry, let's meet at six.", "Bry, let's meet at six.", ("berry", "bry")),
    ],
)
def test_a_word_that_stands_for_another_is_noted(original, cleaned, pair):
    doubt = find_replaced_words(original, cleaned, speech_for(original))
    assert doubt is not None
    assert (doubt.kind, doubt.gone, doubt.new) == ("word", pair[:1], pair[1:])


@pytest.mark.parametrize(
    ("original", "cleaned"),
    [
        ("we walked, uh, walking home", "We were walking home."),
        ("the colour of the harbour", "The color of the harbor."),
        ("we sell it today", "We sold it today."),
        ("it is, is twenty five", "It is 25."),
        ("then Karin came", "Then Karen came."),
        ("she went there", "We went there."),
    ],
)
def test_another_form_a_number_a_name_and_a_small_word_are_none(original, cleaned):
    assert find_replaced_words(original, cleaned, speech_for(original)) is None
