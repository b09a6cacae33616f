"""Times and speakers that a source gives for single words, laid on the words of its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from msgspec.structs import replace

from daemon.formats.word_account import shared_out
from daemon.text.sentences import ends_sentence
from daemon.text.transcript import Segment


@dataclass(frozen=True, slots=True)
class Token:
    """A word as the recogniser gives it, which may be a part of a written word; times in seconds."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None


def with_words(segment: Segment, tokens: Sequence[Token]) -> Iterator[Segment]:
    """The segment with a time for each word, cut where the words' speaker changes.

    Missing times lie evenly between their neighbours; a missing speaker is the one before. Tokens that
    don't spell the segment's text, but for case and marks, are of no use: then it stands as it is, and is
    nobody's where several speak in it.
    """
    words = segment.text.split() if tokens else []
    owners = _find_owners(words, tokens) or _owners_of_letters(words, tokens)
    if owners is None:
        named = {token.speaker for token in tokens if token.speaker}
        yield replace(segment, speaker=segment.speaker or (named.pop() if len(named) == 1 else None))
        return
    times = _fill_times([token.start for token in owners], segment)
    if times is not None:
        last = next((token.end for token in reversed(tokens) if token.end is not None), None)  # no mark's
        end = segment.end if segment.end is not None else last
        start = times[0] if segment.start is None else min(segment.start, times[0])
        end = max(times[-1], end if end is not None else 0.0)
        segment = replace(segment, times=times, start=start, end=end)
    speakers = groupby(_find_speakers(owners, segment.speaker))
    yield from shared_out(segment, ((speaker, len(list(run))) for speaker, run in speakers))


def laid_on(segments: Sequence[Segment], tokens: Sequence[Token], default: str | None) -> Iterator[Segment]:
    """As `with_words`, for segments in a row and the words of them all; `default` is an unknown speaker."""
    at, owed = 0, 0  # letters that the tokens taken have beyond those of the segments before
    for segment in segments:
        first, letters = at, sum(map(len, segment.text.split())) - owed
        while at < len(tokens) and letters > 0:
            letters -= len("".join(tokens[at].text.split()))
            at += 1
        owed = -letters
        for part in with_words(segment, tokens[first:at]):
            yield replace(part, speaker=part.speaker or default)


_LONG = 60
"""Words from which a segment is cut: no caption is longer, and some services give the file as one segment."""


def in_sentences(segments: Iterable[Segment]) -> Iterator[Segment]:
    """The segments, long ones with times for their words cut after each sentence."""
    for segment in segments:
        words = segment.text.split() if segment.times is not None else []
        if len(words) <= _LONG:
            yield segment
            continue
        ends = [at for at, word in enumerate(words[:-1], 1) if ends_sentence(word)]
        runs = ((segment.speaker, b - a) for a, b in pairwise([0, *ends, len(words)]))
        for number, part in enumerate(shared_out(segment, runs)):
            yield replace(part, continues=segment.continues and number == 0)


def _find_owners(words: list[str], tokens: Sequence[Token]) -> list[Token] | None:
    """For each word the token that holds its first character, or None where they spell another text."""
    letters = ["".join(token.text.split()) for token in tokens]
    if not tokens or "".join(letters) != "".join(words):
        return None
    out = []
    at, reach = 0, len(letters[0])
    begins = 0
    for word in words:
        while reach <= begins:
            at += 1
            reach += len(letters[at])
        out.append(tokens[at])
        begins += len(word)
    return out


def _owners_of_letters(words: list[str], tokens: Sequence[Token]) -> list[Token] | None:
    """As `_find_owners`, where words and tokens differ in nothing but case and marks."""
    bare = [(word, letters) for word in words if (letters := _letters_of(word))]
    spelt = [
        Token(letters, token.start, token.end, token.speaker)
        for token in tokens
        if (letters := _letters_of(token.text))
    ]
    found = _find_owners([letters for _, letters in bare], spelt)
    if found is None:
        return None
    owners = iter(found)
    out: list[Token] = []
    for word in words:
        out.append(next(owners) if _letters_of(word) or not out else out[-1])
    return out


def _letters_of(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _fill_times(starts: list[float | None], segment: Segment) -> tuple[float, ...] | None:
    known = [(at, time) for at, time in enumerate(starts) if time is not None]
    if not known:
        return None
    first = known[0][1] if segment.start is None else min(segment.start, known[0][1])
    last = known[-1][1] if segment.end is None else max(segment.end, known[-1][1])
    anchors = [(0, first)] * (known[0][0] > 0) + [*known, (len(starts), last)]
    out: list[float] = []
    for (a, since), (b, until) in pairwise(anchors):
        out += [since + (until - since) * (at - a) / (b - a) for at in range(a, b)]
    return tuple(_make_rising(out))


def _make_rising(times: list[float]) -> Iterator[float]:
    latest = 0.0
    for time in times:
        latest = max(latest, round(time, 3))
        yield latest


def _find_speakers(owners: list[Token], default: str | None) -> list[str | None]:
    first = next((token.speaker for token in owners if token.speaker), None)
    current = first or default
    out = []
    for token in owners:
        current = token.speaker or current
        out.append(current)
    return out
