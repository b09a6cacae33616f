"""Numbers, names and negations that differ are noted; the same thing written differently is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.text.cleaned_chunk import Note
from daemon.text.differences import notes_on
from daemon.text.languages.counting import numbers


def notes(original, cleaned, spoken="en"):
    return [(note.kind, note.gone, note.new) for note in notes_on(3, original, cleaned, spoken)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("twenty five", ["25"]),
        ("twenty-five", ["25"]),
        ("2,000 and 3.5", ["2000", "3.5"]),
        ("three hundred and five", ["305"]),
        ("a hundred", ["100"]),
        ("two thousand three hundred", ["2300"]),
        ("five million two hundred thousand", ["5200000"]),
        ("nineteen ninety nine", ["1999"]),
        ("twenty twenty", ["2020"]),
        ("fifteen and twenty", ["15", "20"]),
        ("seventy eighty percent by twenty thirty", ["2030", "70", "80"]),
        ("five five five", ["5", "5", "5"]),
        ("two, three and four", ["2", "3", "4"]),
        ("$5 at 3:30 on the 4th", ["3:30", "4", "5"]),
        ("one of them and zero of those", []),
        ("one forty over ninety", ["1", "40", "90"]),
        ("two thousand, uh, two thousand and eleven", ["2000", "2011"]),
        ("two thousand and um two thousand and eleven", ["2000", "2011"]),
        ("twenty, um, thousand and, uh, eight", ["20008"]),
        ("one point two, one point three million", ["1.2", "1300000"]),
        ("two point five, five percent", ["2.5", "5"]),
        ("five five five, five five", ["5", "5", "5", "5", "5"]),
        ("this one, twenty years old", ["20"]),
        ("someone often tends", []),
        ("", []),
    ],
)
def test_numbers_are_read_as_digits(text, found):
    assert sorted(numbers(text).elements()) == found


@pytest.mark.parametrize(
    ("original", "cleaned"),
    [
        ("so um twenty five of them", "So, 25 of them."),
        ("in nineteen eighty four", "In 1984."),
        ("about eighty, eighty five of them", "About 80 to 85 of them."),
        ("it was two thousand and, uh, eight", "It was 2008."),
        ("ring five five five, one two one two", "Ring 555-1212."),
        ("items one, two, three and four", "Items 1, 2, 3 and 4."),
        ("we met ann in new york", "We met Ann in New York."),
        ("and then Ben said so", "Ben said so."),
        ("I can't, no I do not", "I can’t. No, I do not."),
        ("you know I'm going with I've forgotten", "You know, I'm going with. I've forgotten."),
        ("Ann's idea", "It was Ann's idea"),
        ("that was the last one twenty years ago", "That was the last one, twenty years ago."),
        ("that was the last one twenty years ago", "That was the last one 20 years ago."),
    ],
)
def test_the_same_written_differently_is_not_noted(original, cleaned):
    assert [note for note in notes(original, cleaned) if note[0] != "name" or note[1]] == []


def test_a_name_that_was_written_as_two_words_is_not_noted():
    assert notes("he works at micro soft in seattle", "He works at Microsoft in Seattle.") == []


def test_a_name_that_only_got_its_capital_or_a_title_that_is_written_short_is_not_noted():
    assert notes("so john's brother asked doctor patel", "So John's brother asked Dr. Patel.") == []
    assert notes("so john's brother left", "So Jack's brother left.") == [("name", (), ("Jack",))]


def test_a_name_that_is_also_a_spelling_of_another_word_is_noted():
    assert notes("So I met Em and told them.", "So I met them and told them.") == [("name", ("Em",), ())]
    assert notes("Jag träffade Dan igår.", "Jag träffade dagen igår.", "sv") == [("name", ("Dan",), ())]


@pytest.mark.parametrize(
    ("language", "original", "cleaned"),
    [
        ("de", "das kostet fünfunddreißigtausend Euro", "Das kostet 35.000 Euro."),
        ("fr", "ça coûte trente-cinq mille euros", "Ça coûte 35 000 euros."),
        ("ru", "это стоит 35000 рублей", "Это стоит 35 000 рублей."),
        ("fr", "cent personnes, donc vingt-cinq pour cent", "100 personnes, donc 25 %."),
        ("es", "son veinticinco por ciento", "Son 25%."),
    ],
)
def test_thousands_and_hundredths_may_be_written_as_is_usual_in_a_language(language, original, cleaned):
    assert notes(original, cleaned, language) == []
    assert notes(original, cleaned.replace("5", "6"), language) != []


def test_a_decimal_that_became_thousands_is_noted():
    assert notes("es wiegt 35,125 Kilo", "Es wiegt 35.125 Kilo.", "de") == [
        ("number", ("35125",), ("35.125",))
    ]


def test_two_numbers_that_became_thousands_are_noted_in_english():
    assert notes("on page 20 300 people", "On page 20,300 people.") == [("number", ("20", "300"), ("20300",))]


def test_a_number_that_differs_is_noted():
    assert notes("it cost twenty five dollars", "It cost 35 dollars.") == [("number", ("25",), ("35",))]


def test_a_digit_that_differs_is_noted():
    ring = "ring five five five, one two one two"
    assert [kind for kind, *_ in notes(ring, "Ring 555-1221.")] == ["number"]
    assert [kind for kind, *_ in notes(ring, "Ring 555-121.")] == ["number"]


def test_a_number_said_twice_and_written_once_is_noted():
    assert notes("from 5 to 5", "From 5.") == [("number", ("5",), ())]
    assert notes("one forty, as one of them said", "Forty, as one of them said.") == [("number", ("1",), ())]


def test_a_name_that_differs_is_noted():
    assert notes("we saw Ann there", "We saw Anna there.") == [("name", ("Ann",), ("Anna",))]


def test_a_name_that_is_gone_or_new_is_noted():
    assert notes("we saw Ann and Ben", "We saw Ann.") == [("name", ("Ben",), ())]
    assert notes("we saw Ann", "We saw Ann and Ben.") == [("name", (), ("Ben",))]


@pytest.mark.parametrize(
    ("said", "denied"),
    [
        ("мы думаем что это важно", "мы не думаем что это важно"),
        ("我们都知道他去北京了", "我们都知道他不去北京了"),
        ("彼はそれを知っていました", "彼はそれを知りませんでした"),
        ("우리는 학교에 갔어요", "우리는 학교에 가지 않았어요"),
        ("ผมชอบเรื่องนี้เลยครับ", "ผมไม่ชอบเรื่องนี้เลยครับ"),
        ("أنا أعتقد أن المشكلة كبيرة", "أنا لا أعتقد أن المشكلة كبيرة"),
    ],
)
def test_a_negation_is_noted_in_other_scripts(said, denied):
    assert [note[0] for note in notes(denied, said)] == ["negation"]
    assert notes(said, denied) == [("negation", (), ("not",))]
    assert notes(denied, denied + "。") == []


def test_a_negation_that_is_gone_or_new_is_noted():
    assert notes("I did not go", "I did go.") == [("negation", ("not",), ())]
    assert notes("I can go", "I can't go, never.") == [("negation", (), ("not", "not"))]
    assert notes("I don't, um, I don't go, it's not, it's not far", "I don't go, it's not far.") == []
    assert notes("no tenemos no tenemos tiempo", "No tenemos tiempo.", "es") == []
    assert notes("I don't go, I don't sail", "I don't go, I sail.") == [("negation", ("not",), ())]
    assert notes("not, not five, but we could", "Not five, but we couldn't.") == [("negation", (), ("not",))]


def test_a_negation_stuttered_around_a_mark_of_another_script_is_one():
    assert notes("ما، ما بعرف شو صار يا أخي", "ما بعرف شو صار يا أخي") == []


def test_a_passage_too_short_to_tell_its_language_is_in_that_spoken_around_it():
    passage = (3, "das waren fünfundzwanzig Euro", "Das waren 25 Euro.")
    assert list(notes_on(*passage, "de")) == []
    assert [note.kind for note in notes_on(*passage)] == ["number"]


def test_a_note_names_its_passage():
    assert list(notes_on(3, "it was 5", "It was 6.")) == [Note(3, "number", ("5",), ("6",))]


@given(st.text(max_size=100))
def test_a_text_does_not_differ_from_itself(text):
    assert notes(text, text) == []


@given(st.integers(2, 99), st.integers(2, 999))
def test_two_numbers_in_digits_are_both_found(first, second):
    assert numbers(f"{first} of {second}") == numbers(f"{second} of {first}")
    assert sum(numbers(f"{first} of {second}").values()) == 2
