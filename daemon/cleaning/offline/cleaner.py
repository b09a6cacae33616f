"""The rules in their order, over and over until nothing changes, and an account of every edit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.cleaning.offline.discourse_markers import find_markers
from daemon.cleaning.offline.disfluency import find_false_starts, find_fillers, find_stutters
from daemon.cleaning.offline.full_stops import add_full_stops, lacks_punctuation, list_silences
from daemon.cleaning.offline.language import Grammar, detect_language, load_grammar
from daemon.cleaning.offline.punctuation import LANGUAGES
from daemon.cleaning.offline.punctuation.names import Names, gather_names
from daemon.cleaning.offline.repair import attach_marks, capitalise_sentences, remove_spans
from daemon.cleaning.offline.repeats import find_repeats
from daemon.cleaning.offline.words import Span, Word, read_words
from daemon.settings.profile import Verbatim
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import Edit, Flag, ProcessedChunk
from daemon.text.languages import language_of, name_of
from daemon.text.paragraphs import break_text
from daemon.text.transcript import count_words
from daemon.text.turns import Turn

PROVIDER = "offline"
MODEL = "rules"

PUNCTUATION, CASING = "punctuation", "casing"
GUESSED_PUNCTUATION, GUESSED_CASING = "guessed punctuation", "guessed casing"
GUESSED = frozenset({GUESSED_PUNCTUATION, GUESSED_CASING})
"""The reasons of edits that a network guessed."""

Rule = Callable[[Sequence[Word], Grammar], Iterator[Span]]

RULES: Mapping[str, Rule] = {
    "filler": find_fillers,
    "discourse marker": find_markers,
    "stutter": find_stutters,
    "repeat": find_repeats,
    "false start": find_false_starts,
}
"""What takes words out, in this order; a rule's name is the reason of its edits."""

_RULES_OF: Mapping[Verbatim, Mapping[str, Rule]] = {
    "strict": {},
    "light": {name: rule for name, rule in RULES.items() if name != "discourse marker"},
    "clean": RULES,
}

_ENOUGH_TO_TELL = 20  # words in a turn that show its language by themselves
_ENOUGH_TO_GUESS = 20  # words in a chunk that show that it has no punctuation, and its language
_ENOUGH_TO_SAY = 40  # words in a chunk whose language has to be known, or it is said that it isn't


def clean_chunk(
    chunk: Chunk,
    language: str | None = None,
    glossary: Sequence[str] = (),
    title: str = "",
    *,
    speakers: Sequence[str] = (),
    verbatim: Verbatim = "clean",
    spoken: str | None = None,
) -> ProcessedChunk:
    """Clean every turn of a chunk; a turn of nothing but fillers becomes "".

    `language` is the code of the language it is in, None to tell it from the text; `spoken` is that of the
    whole transcript, which counts for a chunk of a few words that does not tell. What is in a language
    without rules, be it one turn, is laid out in paragraphs, otherwise left as it is, and flagged. A chunk
    without punctuation gets marks and capitals, where there is a network for its language: `glossary` holds
    names as they are spelt, `speakers` names of people whom the turns may call otherwise, and the `title` may
    name some. `verbatim` says what may be taken out.
    """
    turns = chunk.spoken()
    words = chunk.text.split()
    code = language or detect_language(chunk.text) or (spoken if len(words) < _ENOUGH_TO_SAY else None)
    bare = lacks_punctuation(words)
    drafts = _begin_drafts(turns, code, _RULES_OF[verbatim], stops=bare)
    if bare and len(words) >= _ENOUGH_TO_GUESS:
        labels = [turn.speaker for turn in turns if turn.speaker]
        names = gather_names(glossary, [*labels, *speakers], title)
        _punctuate_drafts(drafts, (chunk.context_buffer or "").split(), names)
    texts, edits = _finish_drafts(drafts)
    return ProcessedChunk(
        chunk_index=chunk.index,
        original_text=chunk.text,
        cleaned_text="\n\n".join(filter(None, texts)),
        model=MODEL,
        provider=PROVIDER,
        turns=tuple(texts),
        flags=tuple(_flag_languages(chunk, drafts)),
        edits=tuple(edits),
    )


def _begin_drafts(
    turns: Sequence[Turn], code: str | None, rules: Mapping[str, Rule], *, stops: bool
) -> list[_Draft]:
    """A draft of each turn of a chunk; the last turn may go on in the next chunk."""
    last = len(turns) - 1
    return [
        _begin_draft(turn, _choose_language(turn, code), rules, stops=stops, closed=at != last)
        for at, turn in enumerate(turns)
    ]


def _finish_drafts(drafts: Sequence[_Draft]) -> tuple[list[str], list[Edit]]:
    """The text of each draft, and the edits of all of them, counted in the words of the chunk."""
    texts: list[str] = []
    edits: list[Edit] = []
    words_before = 0
    for draft in drafts:
        text, made = _finish_draft(draft)
        texts.append(text)
        edits += (edit._replace(at=edit.at + words_before) for edit in made)
        words_before += len(draft.turn.text.split())
    return texts, edits


def clean_turn(
    turn: Turn, language: str | None, *, stops: bool = False, closed: bool = False
) -> tuple[str, list[Edit]]:
    """The cleaned text in paragraphs, and the edits that led to it, in the order of the words.

    `language` is a code; without one, or without rules for it, nothing is edited. With `stops`, sentences end
    at pauses; `closed` says that the turn is over with its last word. Nothing is left of a turn of fillers
    alone; one that held nothing else but markers stays as it was. Cleaning what is clean changes nothing.
    """
    return _finish_draft(_begin_draft(turn, language, RULES, stops=stops, closed=closed))


@dataclass(slots=True)
class _Draft:
    """A turn on its way: what is left of its words, why others are gone, and which marks were guessed."""

    turn: Turn
    language: str | None
    grammar: Grammar | None
    rules: Mapping[str, Rule]
    words: list[Word]
    gone: dict[int, str] = field(default_factory=dict)
    marked: frozenset[int] = frozenset()
    raised: frozenset[int] = frozenset()


def _begin_draft(
    turn: Turn, language: str | None, rules: Mapping[str, Rule], *, stops: bool, closed: bool
) -> _Draft:
    texts = turn.text.split()
    grammar = load_grammar(language) if language else None
    quiet = list_silences(turn, closed=closed) if stops else [0.0] * len(texts)
    return _Draft(turn, language, grammar, rules, read_words(texts, quiet))


def _punctuate_drafts(drafts: Sequence[_Draft], before: Sequence[str], names: Names) -> None:
    """Guess marks and capitals in the drafts that are in a language with a network, once fillers are out.

    What a silence says is part of the guess: no other full stop is set for it, but at the end of a turn.
    """
    known = [
        (draft, draft.grammar)
        for draft in drafts
        if draft.grammar is not None and draft.grammar.code in LANGUAGES
    ]
    if not known:
        return
    from daemon.cleaning.offline.punctuation.guesses import BareTurn, guess_marks  # here: numpy only on need

    bare = []
    for draft, grammar in known:
        draft.words, draft.gone = remove_words(draft.words, grammar, draft.rules)
        bare.append(BareTurn(draft.words, grammar, opens=not draft.turn.segments[0].continues))
    for (draft, _), found in zip(known, guess_marks(bare, before, names), strict=True):
        draft.words = [
            word if math.isinf(word.silence) else word._replace(silence=0.0) for word in found.words
        ]
        draft.marked, draft.raised = found.marked, found.raised


def _finish_draft(draft: _Draft) -> tuple[str, list[Edit]]:
    """The text of a draft in paragraphs, and the edits that led to it."""
    texts, times = draft.turn.text.split(), draft.turn.word_times()
    if draft.grammar is None:
        return "\n\n".join(break_text(" ".join(texts), times)), []
    words, gone = clean_words(draft.words, draft.grammar, draft.rules)
    draft.gone |= gone
    if not words and set(draft.gone.values()) != {"filler"}:
        return draft.turn.text, []
    text = " ".join(word.text for word in words)
    laid_out = break_text(text, [times[word.at] for word in words])
    return "\n\n".join(laid_out), list(_list_edits(texts, words, draft))


def clean_words(
    words: Sequence[Word], grammar: Grammar, rules: Mapping[str, Rule] = RULES
) -> tuple[list[Word], dict[int, str]]:
    """What is left of words, and the reason for each of those taken out, by its place."""
    gone: dict[int, str] = {}

    def clean_once(now: Sequence[Word]) -> list[Word]:
        left = _take_out(now, grammar, rules, gone)
        return capitalise_sentences(add_full_stops(left, grammar), grammar)

    return _repeat_until_same(clean_once, words), gone


def remove_words(
    words: Sequence[Word], grammar: Grammar, rules: Mapping[str, Rule]
) -> tuple[list[Word], dict[int, str]]:
    """What is left of words once the rules have taken some out; no mark or capital is set."""
    gone: dict[int, str] = {}
    return _repeat_until_same(lambda now: _take_out(now, grammar, rules, gone), words), gone


def _repeat_until_same(change: Callable[[Sequence[Word]], list[Word]], words: Sequence[Word]) -> list[Word]:
    """Words changed again and again, until that makes no difference any more."""
    now, before = list(words), None
    while now != before:
        before, now = now, change(now)
    return now


def _take_out(
    words: Sequence[Word], grammar: Grammar, rules: Mapping[str, Rule], gone: dict[int, str]
) -> list[Word]:
    """The words without what each of the rules takes out; `gone` gets the reasons."""
    now = attach_marks(words, grammar)
    for reason, rule in rules.items():
        if spans := list(rule(now, grammar)):
            gone.update((word.at, reason) for first, last in spans for word in now[first:last])
            now = remove_spans(now, spans, grammar)
    return now


def _choose_language(turn: Turn, code: str | None) -> str | None:
    """The language of a turn: its own where it is long enough to tell, else the chunk's."""
    long = len(turn.text.split()) >= _ENOUGH_TO_TELL
    return (language_of(turn.text) or code) if long else code


def _flag_languages(chunk: Chunk, drafts: Sequence[_Draft]) -> Iterator[Flag]:
    """What was only laid out: the whole chunk, or the turns among others that are in another language."""
    words = count_words(chunk.text)
    left = [(place, draft) for place, draft in enumerate(drafts) if draft.grammar is None]
    languages = dict.fromkeys(draft.language for _, draft in left)
    if len(left) == len(drafts) and len(languages) == 1:
        (language,) = languages
        if language is not None or words >= _ENOUGH_TO_SAY:
            yield Flag(_explain_language(language), words)
        return
    for place, draft in left:
        size = count_words(draft.turn.text)
        if size and (draft.language is not None or words >= _ENOUGH_TO_SAY):
            yield Flag(_explain_language(draft.language), size, place)


def _explain_language(code: str | None) -> str:
    """Why what is in this language was only laid out."""
    if code is None:
        return "its language could not be told: it was only laid out"
    return f"there are no rules for {name_of(code)}: it was only laid out"


def _list_edits(texts: Sequence[str], words: Sequence[Word], draft: _Draft) -> Iterator[Edit]:
    """The edits by place; neighbouring words that went for the same reason are one."""
    left = {word.at: word.text for word in words}
    at = 0
    while at < len(texts):
        reason, last = draft.gone.get(at), at + 1
        if reason is not None:
            while draft.gone.get(last) == reason:
                last += 1
            yield Edit(at, last - at, reason)
        elif at not in left:
            yield Edit(at, 1, PUNCTUATION)
        elif left[at] != texts[at]:
            yield from _list_respellings(at, texts[at], left[at], draft)
        at = last


def _list_respellings(at: int, was: str, now: str, draft: _Draft) -> Iterator[Edit]:
    if was.casefold() != now.casefold():
        yield Edit(at, 1, GUESSED_PUNCTUATION if at in draft.marked else PUNCTUATION)
    if _differs_in_case(was, now):
        yield Edit(at, 1, GUESSED_CASING if at in draft.raised else CASING)


def _differs_in_case(was: str, now: str) -> bool:
    return any(old != new and old.casefold() == new.casefold() for old, new in zip(was, now, strict=False))
