"""The rules in their order, over and over until nothing changes, and an account of every edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from daemon.cleaning.offline.discourse_markers import markers
from daemon.cleaning.offline.disfluency import false_starts, fillers, stutters
from daemon.cleaning.offline.full_stops import silences, stopped, unpunctuated
from daemon.cleaning.offline.language import Grammar, load_grammar, spoken
from daemon.cleaning.offline.repair import capitalised, spaced, without
from daemon.cleaning.offline.repeats import repeats
from daemon.cleaning.offline.words import Span, Word, read
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit, Flag, ProcessedChunk
from daemon.text.languages import language_of, name_of
from daemon.text.paragraphs import break_text
from daemon.text.transcript import count_words
from daemon.text.turns import Turn

PROVIDER = "offline"
MODEL = "rules"

PUNCTUATION, CASING = "punctuation", "casing"
"""The reasons of edits that take no word out."""

Rule = Callable[[Sequence[Word], Grammar], Iterator[Span]]

RULES: Mapping[str, Rule] = {
    "filler": fillers,
    "discourse marker": markers,
    "stutter": stutters,
    "repeat": repeats,
    "false start": false_starts,
}
"""What takes words out, in this order; a rule's name is the reason of its edits."""

_ENOUGH_TO_TELL = 20  # words in a turn that show its language by themselves
_ENOUGH_TO_SAY = 40  # words in a chunk whose language has to be known, or it is said that it isn't


def clean_chunk(chunk: Chunk, language: str | None = None) -> ProcessedChunk:
    """Clean every turn of a chunk; a turn of nothing but fillers becomes "".

    `language` is the code of the language it is in, None to tell it from the text. What is in a language
    without rules is laid out in paragraphs, otherwise left as it is, and flagged.
    """
    turns = chunk.spoken()
    code = language or spoken(chunk.text)
    stops = unpunctuated(chunk.text.split())
    texts: list[str] = []
    edits: list[Edit] = []
    done = 0
    for turn in turns:
        text, made = clean_turn(turn, _own(turn, code), stops=stops, closed=turn is not turns[-1])
        texts.append(text)
        edits += (edit._replace(at=edit.at + done) for edit in made)
        done += len(turn.text.split())
    return ProcessedChunk(
        chunk_index=chunk.index,
        original_text=chunk.text,
        cleaned_text="\n\n".join(filter(None, texts)),
        model=MODEL,
        provider=PROVIDER,
        turns=tuple(texts),
        flags=_flags(code, count_words(chunk.text)),
        edits=tuple(edits),
    )


def clean_turn(
    turn: Turn, language: str | None, *, stops: bool = False, closed: bool = False
) -> tuple[str, list[Edit]]:
    """The cleaned text in paragraphs, and the edits that led to it, in the order of the words.

    `language` is a code; without one, or without rules for it, nothing is edited. With `stops`, sentences end
    at pauses; `closed` says that the turn is over with its last word. Nothing is left of a turn of fillers
    alone; one that held nothing else but markers stays as it was. Cleaning what is clean changes nothing.
    """
    texts, times = turn.text.split(), turn.word_times()
    rules = load_grammar(language) if language else None
    if rules is None:
        return "\n\n".join(break_text(" ".join(texts), times)), []
    quiet = silences(turn, closed=closed) if stops else [0.0] * len(texts)
    words, gone = clean_words(read(texts, quiet), rules)
    if not words and set(gone.values()) != {"filler"}:
        return turn.text, []
    text = " ".join(word.text for word in words)
    laid_out = break_text(text, [times[word.at] for word in words])
    return "\n\n".join(laid_out), list(_edits(texts, words, gone))


def clean_words(words: Sequence[Word], grammar: Grammar) -> tuple[list[Word], dict[int, str]]:
    """What is left of words, and the reason for each of those taken out, by its place."""
    gone: dict[int, str] = {}
    now, before = list(words), None
    while now != before:
        before = now
        now = spaced(now)
        for reason, rule in RULES.items():
            if spans := list(rule(now, grammar)):
                gone.update((word.at, reason) for first, last in spans for word in now[first:last])
                now = without(now, spans, grammar)
        now = capitalised(stopped(now, grammar), grammar)
    return now, gone


def _own(turn: Turn, code: str | None) -> str | None:
    """The language of a turn: its own where it is long enough to tell, else the chunk's."""
    long = len(turn.text.split()) >= _ENOUGH_TO_TELL
    return (language_of(turn.text) or code) if long else code


def _flags(code: str | None, words: int) -> tuple[Flag, ...]:
    if code is not None and load_grammar(code) is None:
        return (Flag(f"there are no rules for {name_of(code)}: it was only laid out", words),)
    if code is None and words >= _ENOUGH_TO_SAY:
        return (Flag("its language could not be told: it was only laid out", words),)
    return ()


def _edits(texts: Sequence[str], words: Sequence[Word], gone: Mapping[int, str]) -> Iterator[Edit]:
    """The edits by place; neighbouring words that went for the same reason are one."""
    left = {word.at: word.text for word in words}
    at = 0
    while at < len(texts):
        reason, last = gone.get(at), at + 1
        if reason is not None:
            while gone.get(last) == reason:
                last += 1
            yield Edit(at, last - at, reason)
        elif at not in left:
            yield Edit(at, 1, PUNCTUATION)
        elif left[at] != texts[at]:
            yield from _respelt(at, texts[at], left[at])
        at = last


def _respelt(at: int, was: str, now: str) -> Iterator[Edit]:
    if was.casefold() != now.casefold():
        yield Edit(at, 1, PUNCTUATION)
    if was[:1] != now[:1]:
        yield Edit(at, 1, CASING)
