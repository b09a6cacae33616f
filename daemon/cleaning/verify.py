"""The gate: whether an answer may be passed off as the cleaned chunk. Deterministic, text in, verdict out.

the stop reason       the answer came to its end by itself
the ids               every passage came back, once, in order
the form              entities, and a speaker's name before the words, are no part of them and are taken off
each passage          nothing but fillers is gone from it, nothing invented (see `faithfulness`), and it says
                      the same about the same things (see `meaning`)
the whole             the same over windows of 300 words, so that small losses can't add up
a translation         about as long as its original, and in the language asked for
free text (notes)     about what was said (see `free_text`), in the language asked for
pseudonyms            those that stand for a name stayed, each where it was
any of them           no echo of the instructions or of the context
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from daemon.cleaning.checks.faithfulness import Comparison, compare, size_of, tokens
from daemon.cleaning.checks.free_text import fault_of_free_text, mark_unsaid
from daemon.cleaning.checks.speech import Speech, speech_for
from daemon.cleaning.checks.verbatim import find_difference, find_loss, find_lost_markers
from daemon.cleaning.prompt import Brief, parse_turns, restore, system_text, take_off_form
from daemon.settings.profile import Verbatim
from daemon.text.chunk import Chunk
from daemon.text.languages import code_of, language_of
from daemon.text.languages.knowledge import load_all, words_of_all
from daemon.text.names.pseudonyms import stand_in_finder

WHOLE = frozenset({"end_turn", "stop_sequence"})
"""The stop reasons of an answer that came to its end by itself."""

CUT_OFF = frozenset({"max_tokens", "model_context_window_exceeded"})
"""Those of an answer that would be cut off again."""

SHORTEST_REWORDED, LONGEST_REWORDED = 0.4, 2.5
"""Words per word of the original, in a translation or by a prompt of one's own."""

LEAST_OF_TRANSLATION = 0.25
"""Words of a short translation per word that was said, each counted once and without those of no weight.

Of 7,891 messages of 8 words or more in 95 languages none has fewer than .31 per word of the English one; of
440 short turns editors leave at least .89 of the words that are counted here. "No." for 18 words has .06."""

ECHO_WORDS = 12
"""So many words in a row of the instructions, or of the context, are no coincidence."""

_SAMPLE_WORDS = 6  # of these hardly any stand in both by chance, and one is in every run of ECHO_WORDS
_SAME_TEXT = 0.5  # of the words unchanged: edited, not translated
_LENGTH_COUNTS_FROM = 50  # words; fewer can't be judged by their length
_LEAST_WORDS_TRANSLATED = 8  # counted once each: of fewer a translation may make one

_ASSENT = re.compile(r"\b(?:mm+|m|uh+|um+)[\s-]*h(?:mm?|uh|um)\b", re.I)
_EMPTY = "it came back empty"
_STAND_IN = "what stands for a name was changed"
_ECHO = "it repeats its instructions or context"
_Run = tuple[str, ...]

_STOP_REASON = re.compile(r"[A-Za-z_]{1,40}")  # what else a server calls one is not shown
_FENCED = re.compile(r"```[a-z]*\n(.*)\n```", re.S)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is worth.

    With `reason` None, `turns` (none for free text) and `text` are the cleaned chunk. Otherwise
    `reason` says, in a short phrase for people, why it can't be taken as a whole. `bad` then tells, by
    place, which passages are at fault, if the others in `turns` can be trusted; else it is empty.
    `cut_off`: asked again, it would be cut off again. `is_endless`: it has no end that is known, which has
    nothing to do with how long it is.
    """

    turns: tuple[str, ...] = ()
    text: str = ""
    reason: str | None = None
    bad: Mapping[int, str] = field(default_factory=dict)
    cut_off: bool = False
    is_endless: bool = False


def check(chunk: Chunk, brief: Brief, answer_text: str, stop_reason: str | None) -> Verdict:
    """Judge an answer; the first thing found wrong is the reason."""
    if stop_reason not in WHOLE:
        return _judge_end(stop_reason)
    if not brief.wants_turns:
        return _judge_free_text(chunk, brief, answer_text)
    spoken = chunk.spoken()
    parsed = parse_turns(answer_text, len(spoken))
    if parsed.faults:
        return Verdict(reason=parsed.faults[0])
    turns = tuple(map(take_off_form, spoken, parsed.turns))
    pairs = [(turn.text, text) for turn, text in zip(spoken, turns, strict=True)]
    speech = find_speech(chunk, brief)
    keeps_wording = brief.style.keeps_wording and not _is_translation(pairs, brief.output_language)
    if keeps_wording:
        bad = _find_unfaithful(pairs, brief.style.verbatim, speech)
    else:
        bad = _find_misworded(pairs, brief.output_language, speech)
        if brief.style.keeps_wording:
            bad |= _find_untranslated(pairs, speech)
    bad |= _find_changed_stand_ins(pairs, brief.stand_ins, in_order=keeps_wording)
    bad |= _find_echoes(pairs, _prompt_around(chunk, brief))
    if bad:
        return Verdict(turns=turns, reason=bad[min(bad)], bad=bad)
    return Verdict(turns, "\n\n".join(filter(None, turns)))


def find_speech(chunk: Chunk, brief: Brief) -> Speech:
    """What is known of the language of a chunk, with the terms that are spelt as they should be."""
    terms = frozenset(tokens(" ".join(brief.glossary)))
    return speech_for(chunk.text, brief.spoken)._replace(terms=terms)


def _judge_end(stop_reason: str | None) -> Verdict:
    """The verdict on an answer that is not whole."""
    if stop_reason in CUT_OFF:
        return Verdict(reason="the answer was cut off", cut_off=True)
    if stop_reason == "refusal":
        return Verdict(reason="the model refused")
    named = f" ({stop_reason})" if stop_reason and _STOP_REASON.fullmatch(stop_reason) else ""
    return Verdict(reason=f"the answer has no proper end{named}", is_endless=True)


def hesitations() -> frozenset[str]:
    """What a turn may hold and yet come back empty, in any language."""
    return words_of_all("hesitations")


def only_fillers(text: str, fillers: Set[str] | None = None) -> bool:
    """Whether nothing is lost with this text: no word in it, or none but fillers; "mm-hmm" means yes.

    `fillers` are by default the hesitations of all languages.
    """
    if _ASSENT.search(text):
        return False
    known = hesitations() if fillers is None else fillers
    return all(word in known for word in tokens(_empty_phrases().sub(" ", text)))


@cache
def _empty_phrases() -> re.Pattern[str]:
    """The phrases that say as little as a hesitation, alone too; not, as in Chinese, "and then?"."""
    known = (language for language in load_all().values() if language.meaning is not None)
    phrases = [phrase for language in known for phrase in language.empty_phrases]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b", re.I)


_Pairs = Sequence[tuple[str, str]]


def _find_unfaithful(pairs: _Pairs, verbatim: Verbatim, speech: Speech) -> dict[int, str]:
    """The passages of a text that lost or gained what they should not, by place, and why."""
    found: dict[int, str] = {}
    if verbatim == "strict":
        found = {at: why for at, pair in enumerate(pairs) if (why := find_difference(*pair))}
        verbatim = "light"  # for what else there is to find
    for place, (before, after) in enumerate(pairs):
        if place not in found and (fault := _find_fault(before, after, verbatim, speech)):
            found[place] = fault
    # what each passage may lose by itself may be too much in all of those that would be taken
    rest = _list_rest(pairs, found)
    if len(rest) > 1:
        together = _find_unfaithful_together([pairs[place] for place in rest], verbatim, speech)
        found |= {rest[at]: fault for at, fault in together.items()}
    return found


def _list_rest(pairs: _Pairs, found: Mapping[int, str]) -> list[int]:
    """The places of the passages in which nothing was found."""
    return [place for place in range(len(pairs)) if place not in found]


def _find_fault(before: str, after: str, verbatim: Verbatim, speech: Speech) -> str | None:
    """What is wrong with a passage by itself."""
    from daemon.cleaning.checks.meaning.changed_meaning import find_changed_meaning  # no start needs it
    from daemon.cleaning.checks.respelling import spell_out, write_forms_alike

    if not tokens(after):
        return None if only_fillers(before, speech.hesitations) else _EMPTY
    if before == after:
        return None
    before, after = write_forms_alike(before, after, speech)
    fault = None
    if tokens(before) != tokens(after):
        fault = find_loss(compare(before, after, speech.hesitations), verbatim, speech)
    if fault:
        spelt = (spell_out(text, speech) for text in (before, after))
        fault = find_loss(compare(*spelt, speech.hesitations), verbatim, speech)
    if verbatim == "light":
        fault = fault or find_lost_markers(before, after, speech.language)
    return fault or find_changed_meaning(before, after, speech)


def _find_unfaithful_together(pairs: _Pairs, verbatim: Verbatim, speech: Speech) -> dict[int, str]:
    """All passages in which a word was changed, and why, where these changes are too many together."""
    if not any(_changes_words(before, after, speech) for before, after in pairs):
        return {}
    compared = [compare(before, after, speech.hesitations) for before, after in pairs]
    fault = find_loss(Comparison.join(compared), verbatim, speech)
    if fault is None and verbatim == "light":
        fault = find_lost_markers(*_join_pairs(pairs), speech.language)
    if fault is None:
        return {}
    return {place: fault for place, words in enumerate(compared) if words.changed}


def _changes_words(before: str, after: str, speech: Speech) -> bool:
    """Whether more of a passage was changed than marks, capitals and hesitations that are gone."""
    return tokens(before) != tokens(after) and bool(compare(before, after, speech.hesitations).changed)


def _find_changed_stand_ins(pairs: _Pairs, stand_ins: Sequence[str], *, in_order: bool) -> dict[int, str]:
    """The passages in which a pseudonym was lost, came to be, or stands where another stood, and why.

    One that was said twice may stand once. A translation (not `in_order`) may turn them round.
    """
    if not stand_ins:
        return {}
    find = stand_in_finder(stand_ins)
    found: dict[int, str] = {}
    for place, (before, after) in enumerate(pairs):
        said, came = find(before), find(after)
        if set(said) != set(came) or (in_order and not _is_within(came, said)):
            found[place] = _STAND_IN
    return found


def _is_within(some: Sequence[str], all_of_them: Sequence[str]) -> bool:
    """Whether some things stand in this order among all of them."""
    rest = iter(all_of_them)
    return all(one in rest for one in some)


def _is_translation(pairs: _Pairs, language: str | None) -> bool:
    """Whether the answer has to be in another language than the original, as far as can be told."""
    if language is None:
        return False
    before, after = _join_pairs(pairs)
    spoken, asked = language_of(before), code_of(language)
    if spoken is not None and asked is not None:
        return spoken != asked
    stayed = sum(word.stayed for word in compare(before, after, hesitations()))
    return stayed < _SAME_TEXT * len(tokens(after))


def _find_misworded(pairs: _Pairs, language: str | None, speech: Speech) -> dict[int, str]:
    """The passages of a translation, or of a prompt of one's own, that can't be right, and why."""
    found: dict[int, str] = {}
    for place, (before, after) in enumerate(pairs):
        if tokens(after):
            fault = _find_fault_of_rewording(before, after, language)
        else:
            fault = None if only_fillers(before, speech.hesitations) else _EMPTY
        if fault:
            found[place] = fault
    rest = _list_rest(pairs, found)
    if fault := _find_fault_of_rewording(*_join_pairs([pairs[place] for place in rest]), language):
        found |= dict.fromkeys(rest, fault)
    return found


def _find_fault_of_rewording(before: str, after: str, language: str | None) -> str | None:
    said, came = len(tokens(before)), len(tokens(after))
    if said > _LENGTH_COUNTS_FROM and not SHORTEST_REWORDED <= came / said <= LONGEST_REWORDED:
        return f"{said} words became {came}"
    return _find_wrong_language(after, language)


def _find_untranslated(pairs: _Pairs, speech: Speech) -> dict[int, str]:
    """The passages of a translation that are far too short to be one, by place, and why."""
    light = speech.weightless | speech.hesitations
    found: dict[int, str] = {}
    for place, (before, after) in enumerate(pairs):
        came = size_of(tokens(after))
        said = size_of(frozenset(tokens(before)) - light) if came else 0
        if said >= _LEAST_WORDS_TRANSLATED and came < LEAST_OF_TRANSLATION * said:
            found[place] = f"{len(tokens(before))} words became {len(tokens(after))}"
    return found


def _find_wrong_language(text: str, language: str | None) -> str | None:
    found, asked = language_of(text), code_of(language or "")
    return f"it is not in {language}" if found and asked and found != asked else None


def _join_pairs(pairs: _Pairs) -> tuple[str, str]:
    return " ".join(before for before, _ in pairs), " ".join(after for _, after in pairs)


def _find_echoes(pairs: _Pairs, prompt: _Prompt) -> dict[int, str]:
    """The passages that hold what stood in the prompt around the transcript, and was not said."""
    found = {
        place: hits for place, (_, after) in enumerate(pairs) if (hits := prompt.find_runs(tokens(after)))
    }
    if found:
        said = tokens(_join_pairs(pairs)[0])
        spoken = _list_runs(said) | _list_runs([word for word in said if word not in hesitations()])
        found = {place: hits for place, hits in found.items() if hits - spoken}
    return dict.fromkeys(found, _ECHO)


def _judge_free_text(chunk: Chunk, brief: Brief, answer: str) -> Verdict:
    text = restore(answer).strip()
    if fenced := _FENCED.fullmatch(text):
        text = fenced[1].strip()
    reason = _find_fault_of_free_text(chunk, text, brief)
    if reason is not None:
        return Verdict(reason=reason)
    return Verdict(text=mark_unsaid(f"{brief.title} {chunk.context_buffer or ''} {chunk.text}", text))


def _find_fault_of_free_text(chunk: Chunk, text: str, brief: Brief) -> str | None:
    came, said = tokens(text), tokens(chunk.text)
    if not came:
        return "the answer was empty"
    if _prompt_around(chunk, brief).find_runs(came) - _list_runs(said):
        return _ECHO
    if brief.stand_ins:
        find = stand_in_finder(brief.stand_ins)
        known = find(f"{brief.title} {chunk.context_buffer or ''} {chunk.text}")
        known += [name for turn in chunk.spoken() for name in find(turn.speaker or "")]
        if not set(find(text)).issubset(known):
            return _STAND_IN
    if fault := _find_wrong_language(text, brief.output_language):
        return fault
    return fault_of_free_text(chunk.text, text, f"{brief.title} {chunk.context_buffer or ''}")


class _Around(NamedTuple):
    """The words of a text that stood in the prompt, and all runs of _SAMPLE_WORDS among them."""

    words: Sequence[str]
    samples: frozenset[_Run]


class _Prompt:
    """What stood in the prompt around a transcript, of which no ECHO_WORDS words in a row may come back."""

    def __init__(self, *texts: _Around) -> None:
        self._texts = texts

    def find_runs(self, words: Sequence[str]) -> frozenset[_Run]:
        """The runs of ECHO_WORDS that stand in some words too; each of them holds one of the samples."""
        starts = range(0, len(words) - _SAMPLE_WORDS + 1, ECHO_WORDS - _SAMPLE_WORDS + 1)
        samples = {tuple(words[at : at + _SAMPLE_WORDS]) for at in starts}
        near = [_list_runs(text.words) for text in self._texts if not samples.isdisjoint(text.samples)]
        return _list_runs(words) & frozenset().union(*near) if near else frozenset()


def _prompt_around(chunk: Chunk, brief: Brief) -> _Prompt:
    return _Prompt(_sample_instructions(brief), _sample_runs(tokens(chunk.context_buffer or "")))


@lru_cache(maxsize=8)
def _sample_instructions(brief: Brief) -> _Around:
    """The instructions; they are the same for every chunk of a job."""
    return _sample_runs(tokens(system_text(brief)))


def _sample_runs(words: Sequence[str]) -> _Around:
    return _Around(words, _list_runs(words, _SAMPLE_WORDS))


def _list_runs(words: Sequence[str], size: int = ECHO_WORDS) -> frozenset[_Run]:
    return frozenset([tuple(words[at : at + size]) for at in range(len(words) - size + 1)])
