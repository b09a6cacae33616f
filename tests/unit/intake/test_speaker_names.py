"""The names of speakers: what a person asks for always holds, and a proof names none but its own label."""

from daemon.intake.planning import make_plan
from daemon.intake.speaker_names import name_speakers
from daemon.settings.profile import Settings
from daemon.store.plan import index_plan
from daemon.text.transcript import Segment

SAID = (
    ("SPEAKER_00", "Hello and welcome to the show. I'm Ann Lee, and with me is the man that you all know."),
    ("SPEAKER_01", "Thank you very much, it is good to be here with you and to talk about all of this."),
    ("SPEAKER_00", "So tell us what it was like when you were there, Ben."),
    ("SPEAKER_01", "It was just what you would think, and they were not happy about it."),
)


def segments_of(said):
    return [Segment(text, at * 10.0, at * 10.0 + 9, label) for at, (label, text) in enumerate(said)]


def name(asked, said=SAID, corrections=None):
    return name_speakers(segments_of(said), asked, corrections or {}, "en")


def test_a_proof_names_its_label_and_what_others_say_is_a_suggestion():
    naming = name({})
    assert naming.names == {"SPEAKER_00": "Ann Lee"}
    given, suggested = naming.found
    assert (given.label, given.name, given.proved, given.start) == (
        "SPEAKER_00",
        "Ann Lee",
        True,
        given.start,
    )
    assert (suggested.label, suggested.name, suggested.said_by) == ("SPEAKER_01", "Ben", "SPEAKER_00")
    assert not suggested.proved


def test_what_a_person_asks_for_holds_and_its_name_is_given_to_nobody_else():
    assert name({"SPEAKER_00": "Eva"}).names == {"SPEAKER_00": "Eva"}
    assert name({"SPEAKER_00": "SPEAKER_00"}).names == {"SPEAKER_00": "SPEAKER_00"}
    assert name({"SPEAKER_01": "Ann Lee"}).names == {"SPEAKER_01": "Ann Lee"}


def test_a_list_names_speakers_in_the_order_in_which_they_first_speak():
    assert name(("Eva", "Tom")).names == {"SPEAKER_00": "Eva", "SPEAKER_01": "Tom"}
    assert name(("Eva",)).names == {"SPEAKER_00": "Eva"}
    more = name(("Eva", "Tom", "Una"))
    assert more.names == {"SPEAKER_00": "Eva", "SPEAKER_01": "Tom"}
    [warning] = more.warnings
    assert "Una" in warning


def test_names_are_written_as_they_were_corrected():
    assert name({}, corrections={"Lee": "Leigh"}).names == {"SPEAKER_00": "Ann Leigh"}
    said = (("Eefa", "Hello to you."), ("Ben", "And to you."))
    assert name({}, said, {"Eefa": "Aoife"}).names == {"Eefa": "Aoife"}
    assert name({}, said, {"Eefa": "Ben"}).names == {}, "two people don't become one"


def test_a_label_that_somebody_gave_is_left_alone():
    said = tuple((label.replace("SPEAKER_00", "Host"), text) for label, text in SAID)
    assert name({}, said).names == {}


def test_the_plan_holds_the_names_and_what_was_found():
    data = "\n\n".join(f"{label}: {text}" for label, text in SAID).encode()
    settings = Settings(provider="offline", model="rules", prompt="")
    planned = index_plan(make_plan(data, "talk.txt", settings))
    assert planned is not None
    assert [one.name for one in planned.header.speaker_names] == ["Ann Lee", "Ben"]
    body = make_plan(data, "talk.txt", settings).decode().partition("\n")[2]
    assert '"speaker":"Ann Lee"' in body
    assert '"speaker":"SPEAKER_00"' not in body


def test_nothing_is_carried_over_from_one_file_to_the_next():
    name({})
    said = (("SPEAKER_00", "That is what we would like to know about all of it, and so do they."),) * 2
    assert name({}, said).names == {}
