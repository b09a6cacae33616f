"""Numbers are read in the language they were spoken in."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.text.languages import counting
from daemon.text.languages.counting import is_number, list_numbers, list_spelt_numbers, numbers, reads_numbers
from daemon.text.languages.knowledge import load, load_all


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "two point five million", ["2500000"]),
        ("en", "$2.5 million", ["2500000"]),
        ("en", "one point five", ["1.5"]),
        ("en", "two point, point five", ["2.5"]),
        ("en", "version two point one point three", ["2.1.3"]),
        ("en", "three point five point taken", ["3.5"]),
        ("en", "two. three", ["2", "3"]),
        ("en", "eighty, eighty-five people", ["80", "85"]),
        ("en", "eighty eighty-five", ["8085"]),
        ("en", "two thousand, three hundred", ["2300"]),
        ("en", "two thousand and, uh, eight", ["2008"]),
        ("en", "two hundred, um, of five", ["200", "5"]),
        ("en", "twenty, uh, five", ["20", "5"]),
        ("en", "five five five, one two", ["5", "5", "5", "1", "2"]),
        ("en", "one nine eight four", ["1", "9", "8", "4"]),
        ("en", "one one zero one, on floor twenty", ["1", "1", "0", "1", "20"]),
        ("en", "the one of two, or five one of them", ["2", "5", "1"]),
        ("de", "eins neun acht vier", ["1", "9", "8", "4"]),
        ("de", "siebzehn und zweiundvierzig", ["17", "42"]),
        ("de", "dreihundertfünfzig", ["350"]),
        ("de", "neunzehnhundertachtundneunzig", ["1998"]),
        ("de", "am zwanzigsten Mai, am 20. Mai", ["20", "20"]),
        ("de", "dreißig", ["30"]),
        ("de", "in den achtziger Jahren, in den Dreißigern", ["80", "30"]),
        ("de", "die Achtung und das Wunder", []),
        ("fr", "quatre-vingt-douze ans", ["92"]),
        ("fr", "quatre vingt dix sept", ["97"]),
        ("fr", "soixante et onze", ["71"]),
        ("fr", "mille neuf cent quarante-cinq", ["1945"]),
        ("fr", "deux cents", ["200"]),
        ("es", "treinta y cuatro", ["34"]),
        ("es", "mil novecientos sesenta y cinco", ["1965"]),
        ("es", "quinientos", ["500"]),
        ("it", "ventisette", ["27"]),
        ("it", "ventuno", ["21"]),
        ("it", "millenovecentottanta", ["1980"]),
        ("it", "centocinquanta", ["150"]),
        ("nl", "vijfentwintig", ["25"]),
        ("nl", "tweeëntwintig", ["22"]),
        ("nl", "honderdtwintig", ["120"]),
        ("pt", "vinte e sete", ["27"]),
        ("pt", "cento e vinte", ["120"]),
        ("sv", "nittonhundraåttiofem", ["1985"]),
        ("sv", "trehundrafemtio", ["350"]),
        ("sv", "ettusen femhundra eller tjugoettusen", ["1500", "21000"]),
        ("no", "tjuefem og femogtjue", ["25", "25"]),
        ("da", "femoghalvfjerds", ["75"]),
        ("da", "tre hundrede og halvtreds", ["350"]),
        ("pl", "dwadzieścia i 20", ["20"]),
    ],
)
def test_number_words_are_read_as_figures(language, text, found):
    assert list_numbers(text, language) == found
    assert numbers(text, language) == Counter(found)


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "twenty one oh five", ["21", "0", "5"]),
        ("en", "version two dot one dot three", ["2.1.3"]),
        ("en", "oh, sixty of them, not five five five", ["60", "5", "5", "5"]),
        ("fr", "deux point un point trois", ["2.1.3"]),
        ("de", "oh, zwanzig", ["20"]),
        ("pl", "oh, 20", ["20"]),
    ],
)
def test_words_like_oh_are_zeros_where_a_number_is_told_figure_by_figure(language, text, found):
    assert list_spelt_numbers(text, language) == found


@pytest.mark.parametrize(
    "known", [language.counting for language in load_all().values() if language.counting is not None]
)
def test_what_is_told_figure_by_figure_stands_for_number_words_and_points(known):
    assert {*known.spelt.values()} <= {*known.units, *known.points}
    assert known.spelt.keys().isdisjoint([*known.units, *known.points])


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "it", "nl", "pt"])
def test_every_unit_and_ten_of_a_language_is_a_number(language):
    assert reads_numbers(language)
    assert is_number("12", language)


def test_a_word_put_together_of_numbers_is_one():
    assert is_number("zweiundvierzig", "de")
    assert not is_number("zweifel", "de")
    assert not is_number("und", "de")


def test_a_long_word_costs_no_time():
    assert not is_number("ein" * 100_000, "de")


def list_parts(language):
    """Words of which numbers are made, and others, with marks behind them."""
    known = load(language).counting
    words = [*known.units, *known.tens, *known.low_ordinals, *known.scales, *known.joining, *known.points]
    return st.builds(
        str.__add__,
        st.sampled_from([*words, *words, "2", "2.5", "1,000", "well"]),
        st.sampled_from(["", "", "."]),
    )


def read_in_one_walk(words, language):
    """The numbers, where the reader goes through all the words that may be one."""
    reader = counting._Reader(counting._words_of(language))
    for word in words:
        if counting.may_be_number(word, language):
            reader.read_word(word)
        else:
            reader.end_number()
    reader.end_number()
    return reader.found


@given(st.data(), st.sampled_from(["en", "de", "fr", "es", "it"]))
def test_numbers_read_run_by_run_are_those_of_one_walk_through_all_the_words(data, language):
    words = counting.split_parts(" ".join(data.draw(st.lists(list_parts(language), max_size=25))))
    found = list_numbers(" ".join(words), language)
    assert found == read_in_one_walk(words, language)
    assert numbers(" ".join(words), language) == Counter(found)
