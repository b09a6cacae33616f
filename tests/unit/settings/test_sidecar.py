"""A talk.yaml says what holds for one file; what is wrong with it is said so that it can be put right."""

import unicodedata

import pytest

from daemon.errors import InputError
from daemon.settings.sidecar import MOST_BYTES, decode_sidecar, list_names_beside, parse_sidecar, stem_of
from tests.unit.growth import NEARLY_LINEAR, growth


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "speakrs: {a: Ann}",
            "The .yaml beside the transcript: unknown key `speakrs`. Did you mean `speakers`?",
        ),
        ("colour: red", "The .yaml beside the transcript: unknown key `colour`."),
        ("speakers: 3", "The .yaml beside the transcript: speakers: expected "),
        ("- title", "The .yaml beside the transcript: as a whole: expected keys with values, got a list."),
    ],
)
def test_a_mistake_is_named_with_what_may_be_meant(text, message):
    with pytest.raises(InputError) as caught:
        parse_sidecar(text)
    assert caught.value.message.startswith(message)
    assert "It may hold title, speakers" in caught.value.mend


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_it_is_read_in_the_encodings_that_editors_write(encoding):
    assert parse_sidecar(decode_sidecar("title: Gespräch".encode(encoding))).title == "Gespräch"


def test_another_encoding_is_refused_since_its_letters_would_be_lost():
    with pytest.raises(InputError, match="not in UTF-8"):
        parse_sidecar(decode_sidecar("title: Gespräch".encode("latin-1")))


def test_a_long_one_in_utf_16_is_refused_like_any_other():
    with pytest.raises(InputError, match="65,536 bytes"):
        parse_sidecar(decode_sidecar(("title: " + "x" * 40_000).encode("utf-16")[: MOST_BYTES + 1]))


def test_what_a_terminal_would_obey_or_nobody_would_see_is_taken_out_of_its_texts():
    found = parse_sidecar('title: "a\\e[31m b\\u202e\\ud800\\nc"\nspeakers: {S1: "An\\u200bn"}')
    assert (found.title, found.speakers) == ("a b c", {"S1": "Ann"})


def test_a_title_of_hardly_anything_but_spaces_is_read_in_time_with_its_length():
    def read(length):
        assert parse_sidecar(f'title: "a{" " * length}b"').title.startswith("a ")

    assert growth(read, 4_000, 32_000) < NEARLY_LINEAR


@pytest.mark.parametrize("again", ['"Eefa "', '"Ee\\u200bfa"'])
def test_keys_that_are_one_but_for_what_nobody_sees_are_named(again):
    with pytest.raises(InputError, match="the key `Eefa` appears twice"):
        parse_sidecar(f"corrections: {{Eefa: Aoife, {again}: Eva}}")


def test_a_key_that_stands_twice_is_named():
    with pytest.raises(InputError, match="the key `title` appears twice"):
        parse_sidecar("title: a\ntitle: b")


def test_its_name_may_be_spelt_as_a_share_spells_it():
    names = list_names_beside("Gespräch.txt")
    assert names[:2] == ["Gespräch.yaml", "Gespräch.yml"]
    assert {"Gespräch.YAML", unicodedata.normalize("NFD", "Gespräch.yaml")} < set(names)
    assert stem_of("a/" + unicodedata.normalize("NFD", "Gespräch.YAML")) == stem_of("a/Gespräch.txt")


def test_a_file_that_is_named_itself_is_no_sidecar_of_its_own():
    assert "notes.yaml" not in list_names_beside("notes.yaml")
    assert "notes.yaml" in list_names_beside("notes.txt")


def test_a_word_to_be_written_otherwise_has_a_letter_which_is_said_in_words():
    with pytest.raises(InputError, match="expected a text with a letter or a digit in it"):
        parse_sidecar("corrections: {'-': x}")


@pytest.mark.parametrize("value", ["2026-11-29", "1984", "1.5", "yes"])
def test_a_text_that_yaml_takes_for_something_else_is_told_by_its_mend(value):
    with pytest.raises(InputError, match=r"title: expected a text.* Put it in quotes"):
        parse_sidecar(f"title: {value}")
    assert parse_sidecar(f'title: "{value}"').title == value


def test_a_title_like_a_time_of_day_is_one():
    assert parse_sidecar("title: 10:30").title == "10:30"
