"""A time of day is the same one in words and in figures; another one stays another one."""

import pytest

from daemon.text.languages.clock_times import write_times_as


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        ("en", "It leaves at half past three.", "It leaves at 3:30."),
        ("en", "It leaves at a quarter to nine.", "It leaves at 8:45."),
        ("en", "It leaves at quarter to one.", "It leaves at 12:45."),
        ("en", "It leaves at twenty-five past six.", "It leaves at 6:25."),
        ("en", "It leaves at ten minutes to five.", "It leaves at 4:50."),
        ("de", "Er fährt um halb vier.", "Er fährt um 3:30."),
        ("de", "Er fährt um fünf vor halb vier.", "Er fährt um 3.25."),
        ("de", "Er fährt um Viertel nach acht.", "Er fährt um 8:15."),
        ("fr", "Il part à trois heures et demie.", "Il part à 3 h 30."),
        ("fr", "Il part à neuf heures moins le quart.", "Il part à 8h45."),
        ("es", "Sale a las ocho y cuarto.", "Sale a las 8:15."),
        ("es", "Sale a las nueve menos diez.", "Sale a las 8:50."),
        ("it", "Parte alle sei e mezza.", "Parte alle 6:30."),
        ("nl", "Hij vertrekt om tien over half vier.", "Hij vertrekt om 3:40."),
        ("nl", "Hij vertrekt om kwart voor negen.", "Hij vertrekt om 8:45."),
        ("pt", "Sai às oito e meia.", "Sai às 8h30."),
        ("pt", "Sai às dez para as cinco.", "Sai às 4:50."),
    ],
)
def test_the_same_time_is_written_as_the_other_text_has_it(language, said, written):
    assert write_times_as(said, written, language) == written


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        ("en", "It leaves at half past three.", "It leaves at 3:15."),
        ("en", "It leaves at half past three.", "It leaves at 15:30."),
        ("en", "It leaves at ten to four.", "It leaves at 4:10."),
        ("en", "It leaves at half past three, not 3:30.", "It leaves at 3:30."),
        ("de", "Er fährt um halb vier.", "Er fährt um 4:30."),
        ("ru", "half past three", "3:30"),
    ],
)
def test_another_time_is_left_alone(language, said, written):
    assert write_times_as(said, written, language) == said
