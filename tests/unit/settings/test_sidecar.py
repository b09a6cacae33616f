"""A talk.yaml says what holds for one file; what is wrong with it is said so that it can be put right."""

import pytest

from daemon.errors import InputError
from daemon.settings.sidecar import parse


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
        parse(text)
    assert caught.value.message.startswith(message)
    assert "It may hold title, speakers" in caught.value.mend
