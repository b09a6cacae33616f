"""Which files a result has: those asked for that can be made, and never none with its text."""

from types import SimpleNamespace

import pytest

from daemon.delivery.outputs import choose_outputs
from daemon.intake.planning import make_plan
from daemon.settings.profile import Settings
from daemon.store.plan import index_plan

UNTIMED = b"Ann: hello and welcome.\n\nBen: thank you.\n"


@pytest.mark.parametrize(
    ("asked", "free", "made"),
    [
        (("srt", "vtt"), False, ["md"]),
        (("srt", "txt"), False, ["txt"]),
        (("redline",), True, ["md"]),
        (("same",), False, ["md"]),
    ],
)
def test_where_nothing_that_was_asked_for_can_be_made_the_text_is_markdown(asked, free, made):
    settings = Settings(provider="offline", model="", prompt="", outputs=asked)
    header = index_plan(make_plan(UNTIMED, "talk.txt", settings)).header
    outputs, skipped = choose_outputs(header, SimpleNamespace(free=free))
    assert outputs == made
    assert set(skipped) == set(asked) - {*made, "same"}
