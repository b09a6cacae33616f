"""What a result shows where it keeps pseudonyms: neither a name, nor how one was misheard."""

from daemon.delivery.presented_names import present_header, present_settings, recall_settings
from daemon.intake.planning import make_plan
from daemon.settings.profile import Settings
from daemon.store.plan import index_plan

TALK = b"SPEAKER_00: um hello, my name is Eefa Lee.\n\nSPEAKER_01: and I have met Eefa Lee before.\n"
KEYS = {
    "corrections": {"Eefa": "Aoife", "tee": "tea"}, "pseudonyms": {"Aoife": "P01", "Lee": "P02"},
    "pseudonyms_in_results": True, "speakers": {"SPEAKER_01": "Ben Lee"},
}  # fmt: skip


def header_under(**keys):
    settings = Settings(provider="offline", model="", prompt="", **{**KEYS, **keys})
    return index_plan(make_plan(TALK, "A talk with Eefa.txt", settings)).header


def test_a_misheard_name_is_hidden_as_the_name_is():
    seen = present_header(header_under())
    assert (seen.title, seen.file) == ("A talk with P01", "A talk with P01.txt")
    assert [(one.name, one.quote) for one in seen.speaker_names] == [
        ("P01 P02", "um hello, my name is P01 P02.")
    ]


def test_how_a_hidden_name_is_misheard_is_not_told():
    assert present_settings(header_under())["corrections"] == {"tee": "tea"}
    assert present_settings(header_under(pseudonyms_in_results=False))["corrections"] == KEYS["corrections"]


def test_what_is_told_with_pseudonyms_is_known_again():
    header = header_under()
    told = present_settings(header)
    assert told["speakers"] == {"SPEAKER_01": "Ben P02"}
    assert recall_settings(told, header).speakers == KEYS["speakers"]
    renamed = {**told, "speakers": {"SPEAKER_00": "P01"}}  # as a later render had it
    assert recall_settings(renamed, header).speakers == {"SPEAKER_00": "Aoife"}


def test_no_word_that_is_corrected_stands_for_a_name():
    header = header_under(corrections={"P01": "pee"})
    assert header.pseudonyms == {"Aoife": "P03", "Lee": "P02"}
    assert "P03 did instead" in header.warnings[0]
