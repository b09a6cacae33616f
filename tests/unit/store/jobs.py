"""A job of one short talk, and its chunks as they are cleaned: what the tests of the store work on."""

from datetime import UTC, datetime

from daemon.settings.profile import Settings
from daemon.store.state_folder import find_job
from daemon.store.ticket import Ticket
from daemon.text.cleaned_chunk import ProcessedChunk

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TALK = b"\n\n".join(b"Ann: um sentence %d of this talk is said here by her." % n for n in range(12))
SETTINGS = Settings(
    provider="offline", model="", prompt="the prompt", glossary=("Zoë",), chunk_words=20, outputs=("md",)
)
TODAY = Settings(
    provider="anthropic", model="new", prompt="p", chunk_words=900, outputs=("md", "txt"), timestamps=False
)


def ticket(name="talk.txt", now=NOW):
    return Ticket.new(name, 1_700_000_000_000_000_000, now)


def done(job, index, **more):
    chunk = job.read_chunk(index)
    texts = tuple(turn.text for turn in chunk.spoken())
    return ProcessedChunk(index, chunk.text, "\n\n".join(texts), turns=texts, **more)


def reopened(state, name="talk"):
    found = find_job(state.folder, name)
    assert found is not None
    found.load_progress()
    return found
