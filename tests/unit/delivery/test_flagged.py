"""What a result's flagged passages are asked for under: as the rest of it was cleaned."""

from types import SimpleNamespace

import pytest

from daemon.delivery.flagged import Earlier
from daemon.delivery.record import Origin, Record, Recorder
from daemon.errors import InputError
from daemon.intake.planning import make_plan
from daemon.settings.profile import RENDERED, Profile, Settings
from daemon.store.plan import index_plan, read_chunks
from daemon.text.cleaned_chunk import ProcessedChunk

TODAY = Settings(provider="anthropic", model="m", prompt="today's", keeps_wording=True, answers="turns")
OTHERWISE = {
    "style": "notes", "verbatim": "strict", "also": "Keep it.", "language": "de", "output_language": "German",
    "glossary": ("Tea",), "corrections": {"Eefa": "Aoife"}, "survey": False, "chunk_words": 40,
}  # fmt: skip


def earlier_under(**keys):
    """A result that was made under these settings."""
    was = Settings(**{"provider": "anthropic", "model": "weak", "prompt": "the first", **keys})
    header = SimpleNamespace(settings=was)
    return Earlier(SimpleNamespace(origin=SimpleNamespace(header=header)), {})


def test_what_shapes_the_words_is_as_it_was_and_how_they_are_written_down_is_todays():
    todays = {*RENDERED, "pseudonyms", "batch", "fallback_model", "extras"}
    assert OTHERWISE.keys() == set(Profile.__struct_fields__) - todays
    found = earlier_under(**OTHERWISE).settings_under(TODAY, "strong")
    assert {key: getattr(found, key) for key in OTHERWISE} == OTHERWISE
    assert (found.prompt, found.model) == ("the first", "strong")


def test_where_the_rules_took_out_more_or_less_than_a_model_would_today_it_is_refused():
    under = earlier_under(provider="offline", verbatim="strict")
    with pytest.raises(InputError, match="another `verbatim`"):
        under.settings_under(TODAY, "")


def test_of_a_result_whose_record_was_cut_off_it_is_said_what_to_do():
    plan = make_plan(b"Ann: We ship it on Monday.\n\nBob: Good.\n", "talk.txt", TODAY)
    recorder = Recorder(Origin("talk.txt", 0, index_plan(plan).header))
    for chunk, _ in recorder.pass_on(
        (chunk, ProcessedChunk(0, chunk.text, "")) for chunk in read_chunks(plan)
    ):
        assert chunk.index == 0
    record = recorder.finish()
    assert Earlier(Record(record), {}).compare(plan) == []
    with pytest.raises(InputError, match="redo without --flagged"):
        Earlier(Record(record[:-9]), {}).compare(plan)
