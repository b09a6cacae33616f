"""A made-up passage, cleaned for real by the model of a root: what `check --try` tells of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain, repeat

from daemon.cleaning.llm.faults import count_context
from daemon.cleaning.names.hidden_names import hide_chunk
from daemon.cleaning.prompt import Brief
from daemon.cleaning.style import frozen_style
from daemon.cli.check.finding import Finding
from daemon.errors import EXIT_HELD, EXIT_SOME_FAILED, NotNow, TranscriptdError
from daemon.loop.provider import Access
from daemon.settings.profile import Settings
from daemon.system.process.threads import start_thread
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import ProcessedChunk
from daemon.text.names.pseudonyms import pseudonyms_of
from daemon.text.transcript import Segment
from daemon.text.turns import Turn

# Seconds from one word that an answer is still waited for to the next: soon at first, then each half minute.
_FIRST_WAITS, _LATER_WAITS = (5.0, 10.0, 15.0), 30.0

_TRIAL = (
    ("Ann", "um so we we began with uh with forty people in the room and you know nobody had a clue"),
    ("Ben", "right and and I mean that was the whole point wasn't it"),
    ("Ann", "yeah it was it was so um the second week we had four hundred and not one of them left"),
)


class _CleaningInBackground:
    """A chunk that is being cleaned in a thread of its own, so that what waits for it can say so.

    `outcome` is the result, or what went wrong, once it is over.
    """

    def __init__(self, access: Access, chunk: Chunk) -> None:
        self.outcome: ProcessedChunk | Exception | None = None
        self._access, self._chunk = access, chunk
        self._thread = start_thread(self._clean_chunk, "trial")

    def is_over(self, wait: float) -> bool:
        """Whether it is over after so many seconds at most."""
        self._thread.join(wait)
        return not self._thread.is_alive()

    def _clean_chunk(self) -> None:
        settings = self._access.settings
        try:
            brief = Brief.under(settings, "Trial")
            chunk = hide_chunk(self._chunk, pseudonyms_of(settings.pseudonyms))
            self.outcome = self._access.find_processor(settings).clean_chunk(chunk, brief, job="check")
        except Exception as error:  # noqa: BLE001 - it is raised again by whoever waits
            self.outcome = error


def try_model(access: Access) -> Iterator[Finding]:
    """A made-up passage, cleaned for real: how fast, whether whole, and what the gate says."""
    turns = tuple(Turn((Segment(text, speaker=name),), name) for name, text in _TRIAL)
    chunk = Chunk(0, " ".join(turn.text for turn in turns), turns=turns)
    yield Finding(f"{len(chunk.text.split())} words are being cleaned; this may take a while")
    began = time.monotonic()
    cleaning = _CleaningInBackground(access, chunk)
    for wait in chain(_FIRST_WAITS, repeat(_LATER_WAITS)):
        if cleaning.is_over(wait):
            break
        yield Finding(f"  no answer yet after {time.monotonic() - began:.0f} s; still waiting")
    result = cleaning.outcome
    if not isinstance(result, ProcessedChunk):
        yield _explain_failure(result)
        return
    seconds = time.monotonic() - began
    words, kept = len(chunk.text.split()), len(result.cleaned_text.split())
    asked = "1 request" if result.requests == 1 else f"{result.requests} requests"
    speed = f"{words} words in {seconds:.1f} s, {asked}, ${result.cost:.6f}"
    yield Finding(f"The trial: {speed}; {kept} words came back")
    yield from _judge_result(access.settings, chunk, result)
    yield from _judge_reading(access)
    if result.requests:
        yield _judge_speed(access, words, seconds / result.requests)
    yield Finding(f"  {' '.join(result.cleaned_text.split())}")


def _explain_failure(error: Exception | None) -> Finding:
    """Why no result came; raises again what nobody expects."""
    if isinstance(error, Exception) and not isinstance(error, TranscriptdError | NotNow | OSError):
        raise error
    mend = getattr(error, "mend", "") or "Look again later."
    return Finding(f"The trial failed: {getattr(error, 'message', error)}", mend, EXIT_HELD)


def _judge_result(settings: Settings, chunk: Chunk, result: ProcessedChunk) -> Iterator[Finding]:
    """What the gate, which the offline rules need not pass, has said of a result."""
    mend = "This model can't be trusted with the work; try another, or a larger one."
    for flag in result.flags:
        yield Finding(f"The gate refused its answer: {flag.reason}", mend, EXIT_SOME_FAILED)
    if result.flags:
        return
    if result.cleaned_text.split() == chunk.text.split():
        yield Finding("It came back as it was: nothing of it was cleaned", mend, EXIT_SOME_FAILED)
    elif settings.provider == "offline":
        yield Finding("The rules are not checked: they only take out what they know, and add nothing")
    elif frozen_style(settings).keeps_wording and settings.output_language is None:
        yield Finding("The gate let it pass: nothing lost, nothing added")
    else:
        yield Finding("The gate let it pass, as far as it can judge a text in other words")


def _judge_reading(access: Access) -> Iterator[Finding]:
    """Whether the server cuts what it is sent: the work would be held for that."""
    model = access.find_processor(access.settings).asked_model
    if model is not None and model.reads_a_part:
        tokens = count_context(access.settings.chunk_words)
        mend = (
            f"Start it with a context of {tokens:,} tokens, and see that nothing on the way drops the "
            "`system` text: all work is held where this goes on."
        )
        yield Finding("The server has read only a part of what it was sent", mend, EXIT_HELD)


def _judge_speed(access: Access, words: int, seconds: float) -> Finding:
    """How long a whole chunk would take at this speed, held against the longest wait for an answer."""
    config = access.root.config
    whole = seconds * access.settings.chunk_words / words
    text = (
        f"A whole chunk ({access.settings.chunk_words} words) would take about {whole:,.0f} s; "
        f"`timeout_seconds` is {config.timeout_seconds:g}"
    )
    if whole <= config.timeout_seconds:
        return Finding(text)
    return Finding(text, "Lower `chunk_words` or raise `timeout_seconds`: no chunk would be done.", EXIT_HELD)
