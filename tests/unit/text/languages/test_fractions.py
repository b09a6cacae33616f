"""A fraction is the same one in words, signs and figures; another one stays another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.text.languages.fractions import write_fractions_as

WORDS = (
    "two and a half third quarters of million 2.5 1/2 2/0 ½ 3/4 25 % percent , - a 500,000 1.2.3 / om".split()
)
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        ("en", "We lost two thirds of them.", "We lost 2/3 of them."),
        ("en", "We lost two-thirds of them.", "We lost ⅔ of them."),
        ("en", "We lost 2/3 of them.", "We lost two thirds of them."),
        ("en", "It cost half a million dollars.", "It cost 500,000 dollars."),
        ("en", "A quarter of a million came.", "250,000 came."),
        ("en", "One and a half million came.", "1.5 million came."),
        ("en", "A million and a half came.", "1,500,000 came."),
        ("en", "About a quarter of them left.", "About 25% of them left."),
        ("en", "Three quarters of them left.", "75 percent of them left."),
        ("en", "It took two and three quarter hours.", "It took 2 3/4 hours."),
        ("en", "It took two and a half hours.", "It took 2½ hours."),
        ("en", "It took twenty-two and a half hours.", "It took 22.5 hours."),
        ("en", "It took an hour and a half.", "It took 1.5 hours."),
        ("en", "It took two hours and a quarter.", "It took 2¼ hours."),
        ("en", "It rose by two and a half percent.", "It rose by 2.5%."),
        ("en", "Half a dozen came.", "6 came."),
        ("fr", "Ça a duré une heure et demie.", "Ça a duré 1,5 heure."),
        ("fr", "Ça a duré un an et demi.", "Ça a duré 1,5 an."),
        ("es", "Duró hora y media.", "Duró 1,5 horas."),
        ("it", "È durato un'ora e mezza.", "È durato un'1,5 ore."),
        ("pt", "Durou uma hora e meia.", "Durou 1,5 hora."),
        ("de", "Es hat eine halbe Million gekostet.", "Es hat 500.000 gekostet."),
        ("de", "Sie haben anderthalb Millionen.", "Sie haben 1,5 Millionen."),
        ("fr", "Les deux tiers sont partis.", "Les 2/3 sont partis."),
        ("fr", "Ils ont un million et demi.", "Ils ont 1,5 million."),
        ("es", "Costó medio millón.", "Costó 500.000."),
        ("it", "Due terzi sono andati.", "2/3 sono andati."),
        ("nl", "Een kwart is weg.", "25% is weg."),
        ("pt", "Dois terços saíram.", "2/3 saíram."),
    ],
)
def test_the_same_fraction_is_written_as_the_other_text_has_it(language, said, written):
    assert write_fractions_as(said, written, language) == written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("We lost two thirds of them.", "We lost 1/3 of them."),
        ("It cost half a million dollars.", "It cost 50,000 dollars."),
        ("One and a half million came.", "1.2 million came."),
        ("About a quarter of them left.", "About 4% of them left."),
        ("A quarter left, up 25%.", "A quarter left, up 25%."),
        ("In the third of them.", "In the 3rd of them."),
        ("We lost 500,000.", "We lost 500 thousand."),
        ("two, and a half of it", "2.5 of it"),
        ("It took twenty-two and a half hours.", "It took 2.5 hours."),
        ("It took an hour and a half.", "It took 2.5 hours."),
        ("It took an hour and a half.", "It took 1.5 days."),
        ("It rose by two and a half percent.", "It rose by 2.5."),
    ],
)
def test_another_one_and_every_other_number_are_left_alone(said, written):
    assert write_fractions_as(said, written, "en") == said


@given(text=texts, other=texts)
def test_of_any_two_texts_only_what_one_of_them_writes_is_made(text, other):
    assert write_fractions_as(text, text, "en") == text
    assert set(write_fractions_as(text, other, "en")) <= set(text + other)
