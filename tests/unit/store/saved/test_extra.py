"""An extra that was paid for is found again by its own job and plan, and taken for no other's."""

import pytest
from msgspec.structs import replace

from daemon.intake.planning import make_plan
from daemon.settings.profile import Settings
from daemon.store.plan import index_plan
from daemon.store.saved.extra import bind_extra, load_extra, save_extra
from daemon.text.results.extra import Extra, Line, MadeExtra

SETTINGS = Settings(provider="anthropic", model="m", prompt="p", chunk_words=20)
TALK = b"Ann: this is what is said here by her.\n"
MADE = MadeExtra(Extra((Line("She says something.", ()),)), "text", "m", 1, 10, 5, 0.5)


def bind(job_id="id", data=TALK, **settings):
    return bind_extra(job_id, index_plan(make_plan(data, "talk.txt", replace(SETTINGS, **settings))).header)


@pytest.mark.parametrize(
    "other", [{"job_id": "other"}, {"data": TALK + b"Ben: and more.\n"}, {"model": "another"}]
)
def test_an_extra_is_that_of_its_own_job_source_and_settings_alone(folder, other):
    save_extra(folder, "summary", bind(), MADE)
    assert load_extra(folder, "summary", bind()) == MADE
    assert load_extra(folder, "summary", bind(**other)) is None
