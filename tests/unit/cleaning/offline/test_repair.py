"""Spacing, punctuation and capitals after the rules have been at work."""

import pytest

from tests.unit.cleaning.offline.said import cleaned, edits


def test_a_comma_or_full_stop_that_stands_alone_goes_to_its_word():
    assert cleaned("Hello , it was good .") == "Hello, it was good."
    assert edits("Hello , Ann") == [(0, 1, "punctuation"), (1, 1, "punctuation")]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("what is it", "What is it"),
        ("iPhone and the rest", "iPhone and the rest"),
        ("we left. they came! who? him", "We left. They came! Who? Him"),
        ("he met mr. smith, e.g. here, etc. and more", "He met mr. smith, e.g. here, etc. and more"),
        ("we wait… and wait", "We wait… and wait"),
        ("so i think i'm late", "So I think I'm late"),
    ],
)
def test_sentences_begin_with_capitals(said, text):
    assert cleaned(said) == text


def test_edits_that_take_no_word_out_have_their_reasons():
    assert edits("I left, um, part of it. so") == [
        (1, 1, "punctuation"),
        (2, 1, "filler"),
        (6, 1, "casing"),
    ]


def test_neighbouring_words_that_go_for_one_reason_are_one_edit():
    assert edits("I uh, um, went in the in the end") == [(1, 2, "filler"), (4, 2, "repeat")]


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "He was five, uh, six years old.", "He was five, six years old."),
        ("en", "It costs $20, um, maybe 25.", "It costs $20, maybe 25."),
        ("de", "Das kostet 20, ähm, 25 Euro.", "Das kostet 20, 25 Euro."),
        ("fr", "Ils sont cinq, euh, six ans après.", "Ils sont cinq, six ans après."),
        ("es", "Somos cinco, eh, seis.", "Somos cinco, seis."),
        ("it", "Siamo cinque, ehm, sei.", "Siamo cinque, sei."),
        ("pt", "Somos cinco, ahn, seis.", "Somos cinco, seis."),
        ("nl", "We zijn met vijf, uh, zes.", "We zijn met vijf, zes."),
        ("en", "It is five, uh, hundred euros.", "It is five hundred euros."),
        ("en", "It is wide, hm, no, long.", "It is wide, no, long."),
        ("en", "I left, um, so he came.", "I left, so he came."),
    ],
)
def test_a_comma_stays_between_two_numbers_and_beside_a_word_that_takes_one(language, said, text):
    assert cleaned(said, language) == text


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "I was, like, so tired.", "I was so tired."),
        ("en", "I think that's, uh, it.", "I think that's it."),
        ("en", "There's, um, no way.", "There's no way."),
    ],
)
def test_a_comma_goes_behind_a_word_that_ends_nothing_and_before_the_last_word(language, said, text):
    assert cleaned(said, language) == text


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "what is yours ? yes !", "What is yours? Yes!"),
        ("en", "no. that is wrong", "No. That is wrong"),
        ("en", "- yes. - Um, no.", "- Yes. - No."),
        ("en", ">> um yes", ">> Yes"),
        ("en", "[laughs] Um, yes.", "[laughs] Yes."),
        ("en", "I was- Um, we went.", "I was- We went."),
        ("es", "hola. ¿qué tal? ¡qué bien!", "Hola. ¿Qué tal? ¡Qué bien!"),
        ("fr", "tu viens ? oui .", "Tu viens ? Oui."),
    ],
)
def test_sentences_begin_behind_dashes_and_turned_marks_too(language, said, text):
    assert cleaned(said, language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", '"What is it?" he asked.'),
        ("en", "“Go!” she said."),
        ("en", "I thank the hon. member for Leeds."),
        ("en", "She has a Ph.D. from Yale. The (U.S.) economy grew."),
        ("de", "Wir haben vom 10. bis zum 20. März geöffnet."),
        ("de", "Friedrich II. war König, mit 5 Mio. mehr."),
        ("de", "„Was ist das?“ fragte er."),
        ("fr", "« Tu viens ? » dit-il. C'était en 52 av. J.-C. selon lui."),
        ("es", "En EE.UU. hay gente, p.ej. ella."),
        ("it", "C'è la sig.ra, ad es. lei."),
        ("pt", "V.Exa. sabe, no art. sobre isso."),
        ("nl", "Het kost 5 mln. euro, bijv. dit."),
    ],
)
def test_no_sentence_begins_behind_a_quotation_an_ordinal_or_an_abbreviation(language, text):
    assert cleaned(text, language) == text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("It is one of the, uh, when I look at it, many.", "It is one of the, when I look at it, many."),
        ("We should, um, if we can, go.", "We should, if we can, go."),
    ],
)
def test_a_comma_where_a_speaker_turned_to_something_else_stays(said, text):
    assert cleaned(said) == text


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "We left and, um, he came, but, like, he was late.", "We left and he came, but he was late."),
        ("de", "Es war kalt und, äh, wir gingen.", "Es war kalt und wir gingen."),
        ("fr", "Il pleut et, euh, il neige.", "Il pleut et il neige."),
        ("de", "Das ist, äh, ist eine Frage.", "Das ist, ist eine Frage."),
    ],
)
def test_no_comma_stays_behind_and_but_one_between_a_word_and_itself_does(language, said, text):
    assert cleaned(said, language) == text


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "I saw Ann, uh, Ben there.", "I saw Ann, Ben there."),
        ("en", "John, um, Bob came.", "John, Bob came."),
        ("de", "In Berlin, äh, Hamburg ist es so.", "In Berlin, Hamburg ist es so."),
        ("en", "Twenty, um, twenty-five.", "Twenty, twenty-five."),
        ("de", "Er ist zwanzig, äh, fünfundzwanzig.", "Er ist zwanzig, fünfundzwanzig."),
        ("en", "Then, um, John met Mr., uh, Smith.", "Then John met Mr. Smith."),
    ],
)
def test_two_names_or_numbers_never_become_one(language, said, text):
    assert cleaned(said, language) == text


def test_a_dash_beside_a_hesitation_goes_with_it_but_no_quotation_mark_does():
    assert cleaned("Um - er - yes.") == "Yes."
    assert cleaned("He - er - left.") == "He - left."
    assert cleaned('"I, um," she said.') == '"I, um," she said.'


def test_a_comma_stays_before_a_quotation():
    assert cleaned('And he said, you know, "No way."') == 'And he said, "No way."'
    assert cleaned("Sie sagte, äh, „nein“.", "de") == "Sie sagte, „nein“."


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("pt", "Lisboa, ahn, Porto.", "Lisboa, Porto."),
        ("pt", "Foi bom né, a gente gostou.", "Foi bom, a gente gostou."),
        ("en", "Is, um, John here? With, uh, Ann?", "Is John here? With Ann?"),
        ("fr", "Je pense que, euh, nous partons.", "Je pense que nous partons."),
    ],
)
def test_what_stood_before_a_gap_is_not_run_into_what_follows(language, said, text):
    assert cleaned(said, language) == text
