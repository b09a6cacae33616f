"""Fillers, stutters and false starts: what goes, and what can be meant and stays."""

import pytest

from tests.unit.cleaning.offline.said import cleaned, edits


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Um, so I went.", "So I went."),
        ("I went um home.", "I went home."),
        ("I left, um, part of it.", "I left part of it."),
        ("Well, uh, that depends.", "Well, that depends."),
        ("It was, uh, and it is.", "It was, and it is."),
        ("I went. Um, then we ate.", "I went. Then we ate."),
        ("I went, uh. Then we ate.", "I went. Then we ate."),
        ("Did you, um? Yes.", "Did you? Yes."),
        ("Uh, um, er, erm, uhm, hmm, ummm, yes.", "Yes."),
        ("I think, um...", "I think..."),
        ("to the, er, end", "To the end"),
    ],
)
def test_hesitations_go_and_their_commas_with_them(said, text):
    assert cleaned(said) == text


@pytest.mark.parametrize(
    "text",
    [
        "Mm-hmm.",
        "Uh-huh, yes.",
        "I went to the er in 35 mm",
        "The ER, and UM, closed",
        'He said "um" and left',
    ],
)
def test_what_only_looks_like_a_hesitation_stays(text):
    assert cleaned(text) == text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("I think th- there's one", "I think there's one"),
        ("So we- we're done", "So we're done"),
        ("It is a pos- positive thing", "It is a positive thing"),
        ("We had a s- a plan", "We had a plan"),
        ("It was wh- a pity", "It was a pity"),
    ],
)
def test_stutters_and_cut_off_words_go(said, text):
    assert cleaned(said) == text


@pytest.mark.parametrize(
    "text",
    [
        "It is at pre- COVID levels",
        "In the mid- to high range",
        "Vitamin A- and C-rich food",
        "No- nothing of that",
        "It could be-",
        "We saw it on TV- and left",
    ],
)
def test_a_broken_word_stays_where_it_may_be_one(text):
    assert cleaned(text) == text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("This is a, an idea", "This is an idea"),
        ("It is in the, our plan", "It is in our plan"),
        ("And it, it's late", "And it's late"),
        ("So the- we left", "So we left"),
    ],
)
def test_beginnings_that_are_given_up_at_once_go(said, text):
    assert cleaned(said) == text


@pytest.mark.parametrize(
    "text",
    [
        "If you know that, that's good",
        "I told you, you're late",
        "We saw it, they left",
        "It was his, the car",
    ],
)
def test_what_is_no_beginning_stays(text):
    assert cleaned(text) == text


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("so um yes", "filler"),
        ("so the the end", "repeat"),
        ("so th- the end", "stutter"),
        ("so the, our end", "false start"),
        ("so, you know, yes", "discourse marker"),
    ],
)
def test_every_rule_is_the_reason_of_its_edits(said, reason):
    assert (1, 2 if "know" in said else 1, reason) in edits(said)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We met Dr. Um, and Ms. Hmm there."),
        ("en", "And then Um came."),
        ("de", "Herr Ehm kam. Frau Öhm auch."),
        ("fr", "Merci, Ben. Oui, Ben, tu viens ?"),
        ("fr", "Ben, tu viens ?"),
        ("fr", "M. Heu est là."),
    ],
)
def test_a_sound_that_is_written_as_a_name_stays(language, text):
    assert cleaned(text, language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Words like um and uh are fillers."),
        ("en", "The word um is one."),
        ("de", "Das Wort äh ist ein Füllwort."),
        ("fr", "Des mots comme euh et heu, voilà."),
        ("es", "La palabra eh es una muletilla."),
        ("it", "La parola ehm è un intercalare."),
        ("pt", "A palavra hã é um vício."),
        ("nl", "Het woord eh is een stopwoord."),
    ],
)
def test_a_sound_that_is_spoken_of_stays(language, text):
    assert cleaned(text, language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Uh huh, go on. Mm hmm."),
        ("de", "Hm hm, mach weiter."),
        ("fr", "Hum hum, vas-y."),
        ("nl", "Uh huh, ga door."),
    ],
)
def test_two_sounds_that_mean_yes_stay(language, text):
    assert cleaned(text, language) == text


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "Er, what's the word, um, the one.", "What's the word the one."),
        ("en", "We left. Um, we came.", "We left. We came."),
        ("en", "I think genes Uh, do that.", "I think genes do that."),
        ("en", "It was, um, uh, huh, late.", "It was huh, late."),
        ("fr", "C'est, ben, dur. Bah, oui.", "C'est dur. Oui."),
    ],
)
def test_beside_those_hesitations_go(language, said, text):
    assert cleaned(said, language) == text


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "The gov- the government said no.", "The government said no."),
        ("en", "It's a pro- it's a problem.", "It's a problem."),
        ("en", "So we wan- we want it.", "So we want it."),
        ("de", "Das ist ein Pro- ein Problem.", "Das ist ein Problem."),
        ("fr", "C'est le gouv- le gouvernement.", "C'est le gouvernement."),
        ("es", "Vino el gob- el gobierno.", "Vino el gobierno."),
    ],
)
def test_a_phrase_that_breaks_off_and_begins_anew_goes(language, said, text):
    assert cleaned(said, language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It is the pre- the post-war time."),
        ("en", "We want short- and long-term and short- and medium-term plans."),
        ("en", "We have a- great plan."),
        ("es", "Y- entonces fuimos."),
        ("it", "E- poi andiamo."),
        ("pt", "E- fomos todos."),
        ("en", "That is our, your and my book."),
        ("en", "Our, their, and your plans."),
        ("en", "My, your house is big!"),
        ("en", "My, it's cold."),
    ],
)
def test_a_word_of_one_letter_a_list_and_a_cry_are_not_given_up(language, text):
    assert cleaned(text, language) == text


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("fr", "Il a crié « euh » trois fois.", "Il a crié « euh » trois fois."),
        ("fr", "J'ai lu « Euh, l'amour » hier.", "J'ai lu « Euh, l'amour » hier."),
        ("fr", "Il dit, euh, « bien » et « oui, euh, non ».", "Il dit, « bien » et « oui, non »."),
        ("en", "It leaves at nine.\nDie Fähre fährt um neun.", "It leaves at nine. Die Fähre fährt um neun."),
        ("en", "Um, the die hard fans um came.", "The die hard fans came."),
        ("en", "It's um twenty um Tuesdays.", "It's twenty Tuesdays."),
    ],
)
def test_a_sound_that_is_quoted_or_another_languages_word_stays(language, said, text):
    assert cleaned(said, language) == text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("UM, WE WILL, UH, GO NOW.", "WE WILL GO NOW."),
        ("I SAW ANN, UH, BEN AND CARL.", "I SAW ANN, BEN AND CARL."),
        ("HE WENT TO UM AND TO THE ER.", "HE WENT TO UM AND TO THE ER."),
        ("He studied at MIT, UM, and MSU.", "He studied at MIT, UM, and MSU."),
        ("MIT, UM, MSU.", "MIT, UM, MSU."),
    ],
)
def test_hesitations_in_capitals_go_where_all_is_in_capitals(said, text):
    assert cleaned(said) == text
