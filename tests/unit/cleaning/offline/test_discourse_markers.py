"""Discourse markers go where punctuation shows that they mean nothing."""

import pytest

from tests.unit.cleaning.offline.said import cleaned


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("It is, you know, a good one.", "It is a good one."),
        ("You know, we left.", "We left."),
        ("It was late, you know?", "It was late."),
        ("It was late, you know.", "It was late."),
        ("It was, like, late.", "It was late."),
        ("Like, we were late.", "We were late."),
        ("We left. Like it's late.", "We left. It's late."),
        ("We left, but you know, it was late.", "We left, but it was late."),
        ("He is one of those who, you know, left.", "He is one of those who left."),
        ("I was… I mean, we were late.", "I was… we were late."),
    ],
)
def test_markers_set_off_by_punctuation_go(said, text):
    assert cleaned(said) == text


@pytest.mark.parametrize(
    "text",
    [
        "Do you know her?",
        "As you know, it is late.",
        "Let me know what you know, please.",
        "I like it, like his brother.",
        "Like I said, it is late.",
        "Like you said, it is late.",
        "Like Ann said, it is late.",
        "Like him, she is a nurse.",
        "We went far. Like every company, we had costs.",
        "I am just letting you know, if it is late.",
        "The more you know, the less you say.",
        "She is the one you know, right?",
        "He was like a father.",
        "There were, like, forty of them, and, like, a dozen dogs.",
        "That is what I mean, and I mean it.",
        "So, well, it is kind of late.",
        "It is all right, right?",
        "You are right, sir.",
    ],
)
def test_what_means_something_stays(text):
    assert cleaned(text) == text


def test_a_question_tag_goes_only_where_it_is_a_habit():
    assert cleaned("It is late, right? We go.") == "It is late, right? We go."
    habit = "It is late, right? We go home, right? Then we sleep, right? So be it."
    assert cleaned(habit) == "It is late. We go home. Then we sleep. So be it."


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "If you know, you know."),
        ("en", "I know, you know, we all know."),
        ("en", "You know, don't you?"),
        ("en", "Like, subscribe and share."),
        ("en", "Like, share, and subscribe!"),
        ("de", "Weißt du, wo er ist?"),
        ("de", "Sag mal, weißt du, warum er geht?"),
        ("fr", "Tu sais, où il est ?"),
        ("fr", "Vous savez, vous ?"),
        ("pt", "Quem sabe, sabe, e vem."),
        ("nl", "Weet je, waar hij is?"),
    ],
)
def test_what_asks_or_says_that_somebody_knows_is_no_marker(language, text):
    assert cleaned(text, language) == text


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "You know, you know, I went.", "I went."),
        ("de", "Weißt du, ich habe ihn gesehen.", "Ich habe ihn gesehen."),
        ("fr", "Vous savez, moi, j'aime ça.", "Moi, j'aime ça."),
        ("nl", "Weet je, het is laat.", "Het is laat."),
    ],
)
def test_the_same_words_go_where_they_mean_nothing(language, said, text):
    assert cleaned(said, language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "El médico, o sea, el jefe, vino."),
        ("it", "Il dottore, cioè, il capo, c'era."),
        ("pt", "O médico, quer dizer, o chefe, veio."),
        ("nl", "De dokter, zeg maar, de baas, kwam."),
    ],
)
def test_that_is_to_say_stays_before_another_name_for_the_same(language, text):
    assert cleaned(text, language) == text
