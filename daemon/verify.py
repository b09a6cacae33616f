"""The gate: whether an answer may be passed off as the cleaned chunk. Deterministic, text in, verdict out.

the stop reason       the answer came to its end by itself
the ids               every passage came back, once, in order
each passage          nothing but fillers is gone from it, nothing invented (see `faithful`)
the whole             the same over windows of 300 words, so that small losses can't add up
a translation         about as long as its original, and in the language asked for
free text (notes)     not empty, not longer than what was said, and no echo of the instructions
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.chunk import Chunk
from daemon.faithful import Word, compare, fault_of, tokens
from daemon.languages import code_of, language_of
from daemon.prompt import Brief, parse_turns, restore, system_text

WHOLE = frozenset({"end_turn", "stop_sequence"})
"""The stop reasons of an answer that came to its end by itself."""

CUT_OFF = frozenset({"max_tokens", "model_context_window_exceeded"})
"""Those of an answer that would be cut off again."""

FILLERS = frozenset(
    "um umm uh uhm uhh er err erm eh ehm em hmm hm mm mhm ah aah oh ooh äh ähm öh öhm euh heu eeh "
    "え ー と 嗯 呃 э эм".split()
)
"""What a turn may hold and yet come back empty, in the languages most transcripts are in."""

SHORTEST_REWORDED, LONGEST_REWORDED = 0.4, 2.5
"""Words per word of the original, in a translation or by a prompt of one's own."""

LONGEST_FREE = 1.5
"""Words of notes per word said; notes that are longer are not notes of this."""

ECHO_WORDS = 12
"""So many words in a row of the instructions are no coincidence."""

_SAME_TEXT = 0.5  # of the words unchanged: edited, not translated
_LENGTH_COUNTS_FROM = 50  # words; fewer can't be judged by their length

_FILLER_PHRASES = re.compile(r"\b(?:you know|i mean)\b", re.I)
_FENCED = re.compile(r"```[a-z]*\n(.*)\n```", re.S)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is worth.

    With `reason` None, `turns` (none for free text) and `text` are the cleaned chunk. Otherwise
    `reason` says, in a short phrase for people, why it can't be taken as a whole. `bad` then tells, by
    place, which passages are at fault, if the others in `turns` can be trusted; else it is empty.
    `cut_off`: asked again, it would be cut off again.
    """

    turns: tuple[str, ...] = ()
    text: str = ""
    reason: str | None = None
    bad: Mapping[int, str] = field(default_factory=dict)
    cut_off: bool = False


def check(chunk: Chunk, brief: Brief, answer_text: str, stop_reason: str | None) -> Verdict:
    """Judge an answer; the first thing found wrong is the reason."""
    if stop_reason not in WHOLE:
        cut_off = stop_reason in CUT_OFF
        refused = "the model refused" if stop_reason == "refusal" else "the answer has no proper end"
        return Verdict(reason="the answer was cut off" if cut_off else refused, cut_off=cut_off)
    if brief.free:
        return _free(chunk, brief, answer_text)
    originals = tuple(turn.text for turn in chunk.spoken())
    parsed = parse_turns(answer_text, len(originals))
    if parsed.faults:
        return Verdict(reason=parsed.faults[0])
    pairs = list(zip(originals, parsed.turns, strict=True))
    keeps_wording = brief.faithful and not _is_translation(pairs, brief)
    bad = dict(_unfaithful(pairs) if keeps_wording else _reworded(pairs, brief.output_language))
    if bad:
        return Verdict(turns=parsed.turns, reason=next(iter(bad.values())), bad=bad)
    return Verdict(parsed.turns, "\n\n".join(filter(None, parsed.turns)))


def only_fillers(text: str) -> bool:
    """Whether nothing is lost with this text: no word in it, or none but fillers."""
    return all(word in FILLERS for word in tokens(_FILLER_PHRASES.sub(" ", text)))


_Pairs = Sequence[tuple[str, str]]


def _unfaithful(pairs: _Pairs) -> Iterator[tuple[int, str]]:
    """The passages that lost or gained what they should not, and why."""
    found: dict[int, str] = {}
    whole: list[tuple[int, Word]] = []
    known = frozenset(word for before, _ in pairs for word in tokens(before))
    for place, (before, after) in enumerate(pairs):
        words = compare(before, after, FILLERS)
        whole += [(place, word) for word in words]
        if not tokens(after):
            if not only_fillers(before):
                found[place] = "it came back empty"
        elif fault := fault_of(words, frozenset(tokens(before))):
            found[place] = fault
    if not found and (fault := fault_of([word for _, word in whole], known)):
        found = {place: fault for place, word in whole if word.gone or word.new or word.swapped}
    yield from found.items()


def _is_translation(pairs: _Pairs, brief: Brief) -> bool:
    """Whether the answer is in another language than the original, and that was asked for."""
    if brief.output_language is None:
        return False
    before, after = _joined(pairs)
    same = sum(not (word.gone or word.new or word.swapped) for word in compare(before, after, FILLERS))
    if same >= _SAME_TEXT * len(tokens(after)):
        return False
    spoken = language_of(before)
    return spoken is None or spoken != language_of(after)


def _reworded(pairs: _Pairs, language: str | None) -> Iterator[tuple[int, str]]:
    """The passages of a translation, or of a prompt of one's own, that can't be right."""
    before, after = _joined(pairs)
    fault = _fault_of_rewording(before, after, language)
    for place, (original, cleaned) in enumerate(pairs):
        if fault:
            yield place, fault
        elif not tokens(cleaned) and not only_fillers(original):
            yield place, "it came back empty"


def _fault_of_rewording(before: str, after: str, language: str | None) -> str | None:
    said, came = len(tokens(before)), len(tokens(after))
    if said > _LENGTH_COUNTS_FROM and not SHORTEST_REWORDED <= came / said <= LONGEST_REWORDED:
        return f"{said} words became {came}"
    found, asked = language_of(after), code_of(language or "")
    if found is not None and asked is not None and found != asked:
        return f"it is not in {language}"
    return None


def _joined(pairs: _Pairs) -> tuple[str, str]:
    return " ".join(before for before, _ in pairs), " ".join(after for _, after in pairs)


def _free(chunk: Chunk, brief: Brief, answer: str) -> Verdict:
    text = restore(answer).strip()
    if fenced := _FENCED.fullmatch(text):
        text = fenced[1].strip()
    came, said = tokens(text), tokens(chunk.text)
    if not came:
        return Verdict(reason="the answer was empty")
    if len(said) > _LENGTH_COUNTS_FROM and len(came) > LONGEST_FREE * len(said):
        return Verdict(reason=f"{len(said)} words became {len(came)}")
    if _runs(came) & _runs(tokens(system_text(brief))) - _runs(said):
        return Verdict(reason="it repeats its instructions")
    return Verdict(text=text)


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + ECHO_WORDS]) for at in range(len(words) - ECHO_WORDS + 1)}
