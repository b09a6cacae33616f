"""Whether something is denied that was said, or said that was denied."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import cache
from itertools import pairwise

from daemon.cleaning.checks.faithfulness import Word, fold_letters, is_content
from daemon.cleaning.checks.meaning.doubt import Doubt
from daemon.cleaning.checks.meaning.losses import drop_markers
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.checks.stretches import SMALL_WORDS, Difference
from daemon.text.alignment import word_key
from daemon.text.languages.inner_signs import list_inner_signs

_WORDS_OF_DENIAL = 4  # "we don't really", and one that is gone


def find_changed_negation(
    original: str, found: Sequence[Difference], words: Sequence[Word], speech: Speech
) -> Doubt | None:
    """A negation taken out of a clause that stands, or put in; or lost with none left (6 of 996)."""
    for one in (_drop_repeated(one, words) for one in found):
        left = words[one.start - 1 : one.start] if one.start else ()
        was = _is_denied(one.before, [word.was or word.key for word in left], one, speech)
        now = _is_denied(one.after, [word.key for word in left], one, speech)
        if not was and not now and _loses_denied_noun(one, original, speech):
            return _doubt_negation(one, gone=True)
        if was == now or (was and (_is_restart(one) or _is_stutter(one, original, speech))):
            continue
        if now and _denies_more(words, speech):
            return _doubt_negation(one, gone=False)
        alone = len(set(one.before)) <= 1 and len(one.after) <= 1  # "there's no no way" has but one
        stands_in_clause = not one.at_edge or (one.first and _denies_what_follows(one, original, speech))
        if alone and stands_in_clause and not any(map(speech.denies, one.beside)):
            return _doubt_negation(one, gone=was)
        is_replaced = was and bool(one.after) and not speech.answers.isdisjoint(one.once)
        lost = any(map(speech.denies, one.lost)) or is_replaced
        invented = any(map(speech.denies, one.invented))
        is_small = min(len(one.lost), len(one.invented)) <= SMALL_WORDS
        if lost != invented and is_small and not _stays_denied(words, speech):
            return _doubt_negation(one, gone=lost)
    return None


def _drop_repeated(one: Difference, words: Sequence[Word]) -> Difference:
    """A difference without what is gone of it because it was said twice: "there's (there's) (no) money"."""
    if one.after or _is_restart(one):
        return one
    for size in range(len(one.before) - 1, 0, -1):
        left = words[max(0, one.start - size) : one.start]
        if tuple(word.key for word in left) == one.before[:size]:
            return one._replace(before=one.before[size:], start=one.start + size)
    return one


def find_joined_denial(found: Sequence[Difference], words: Sequence[Word], speech: Speech) -> Doubt | None:
    """A negation before the verb of another clause, whose subject is gone: "we don't, we sell it".

    Behind it stands what stood there before, or who speaks, where a start was given up: "not (what he)
    what he said" (none of 1,396 turns of 3 to 60 words).
    """
    for one in found:
        if one.after or one.at_edge or any(map(speech.denies, one.before)):
            continue
        subjects = speech.subjects.intersection(
            key.partition("'")[0] for key in drop_markers(one.before, speech)
        )
        left = [word.key for word in words[max(0, one.start - _WORDS_OF_DENIAL) : one.start] if not word.gone]
        while left and left[-1] in speech.weightless and left[-1] not in speech.subjects:
            left.pop()
        if not subjects or not left or not speech.denies(left[-1]):
            continue
        if one.before[0] != one.beside[-1] or left[-2:-1] == [one.before[-1]]:
            return _doubt_negation(one, gone=False)
    return None


def find_changed_inner_negation(original: str, cleaned: str, speech: Speech) -> Doubt | None:
    """Signs inside of words that all are gone, or that are new where there was none: 不, ません."""
    if original.isascii() and cleaned.isascii():
        return None
    was, now = (list_inner_signs(text, speech.language, "negations") for text in (original, cleaned))
    if bool(was) == bool(now):
        return None
    phrase = f"a negation is {'gone' if was else 'new'}"
    return Doubt("negation", phrase, ("not",) if was else (), ("not",) if now else ())


def find_denial_set_off(original: str, cleaned: str, speech: Speech, mark: str = "") -> Doubt | None:
    """What follows undenied the answer that denied it, in a language in which one word does both.

    Spanish "No, no tenemos" is no longer said by "No, tenemos". `mark` is what stands behind the first one.
    Without one the second may be an answer, too, before what may be set off: "no no gracias", "no no hombre
    ya voy".
    """
    if not speech.negations:
        return None
    was, now = fold_letters(original), fold_letters(cleaned)
    for key, gap, between, follower in _find_denied_twice(speech.negations, mark).findall(was):
        if (between and between not in speech.hesitations) or follower in speech.weightless:
            continue
        said = re.escape(key)
        is_denied = re.search(rf"(?<!\w){said} {follower}(?!\w)", now) is not None
        apart = re.search(rf"(?<!\w)({said}\W+)?{said}([^\w\s]+)\s+{follower}(?!\w)(,?)", now)
        if is_denied or apart is None:
            continue
        may_be_set_off = apart[1] or follower in speech.opening or (apart[2] == "," and apart[3])
        if gap.strip() or not may_be_set_off:
            return Doubt("negation", "a negation is gone", (key,))
    return None


@cache
def _find_denied_twice(denials: Set[str], mark: str) -> re.Pattern[str]:
    """A negation that comes again before what it denies, with a hesitation between them or none."""
    return re.compile(
        rf"(?<!\w)({'|'.join(map(re.escape, denials))})({mark}\W+)(?:(?!\1\b)(\w+)\W+)?(?=\1 (?!\1\b)(\w+))"
    )


def _loses_denied_noun(one: Difference, original: str, speech: Speech) -> bool:
    """Whether a "no" alone is gone from before what it denies: "almost no trolls", "I can no longer"."""
    if len(one.before) != 1 or one.after or one.last or not speech.answers.issuperset(one.before):
        return False
    denied = one.beside[-1]
    if _is_stutter(one, original, speech) or not (is_content(denied) or denied in speech.denied):
        return False
    return re.search(rf"(?<!\w){one.before[0]} {re.escape(denied)}(?!\w)", original.casefold()) is not None


def _is_stutter(one: Difference, original: str, speech: Speech) -> bool:
    """Whether a word is gone that was said twice in a row, in the same sentence: "no, um, no idea"."""
    if not one.is_stutter:
        return False
    key = re.escape(one.before[0])
    said = " ".join(
        word for word in fold_letters(original).split() if word_key(word) not in speech.hesitations
    )
    return re.search(rf"(?<!\w){key}[^\w.?!]+{key}(?!\w)", said) is not None


def _denies_what_follows(one: Difference, original: str, speech: Speech) -> bool:
    """Whether the first word denied the one behind it, in a language in which it does: "no me gusta"."""
    if speech.answers or not speech.negations.issuperset(one.before) or not one.beside:
        return False
    opening = rf"\W*{re.escape(' '.join(one.before))} {re.escape(one.beside[-1])}(?!\w)"
    return re.match(opening, original, re.IGNORECASE) is not None


def _stays_denied(words: Sequence[Word], speech: Speech) -> bool:
    """Whether a negation stands on both sides."""
    return any(word.stayed and speech.denies(word.key) for word in words)


def _denies_more(words: Sequence[Word], speech: Speech) -> bool:
    """Whether there are more negations than were said, answers among them."""
    said = [word.was or word.key for word in words if not word.new]
    came = [word.key for word in words if not word.gone]
    return _count_negations(came, speech) > _count_negations(said, speech)


def _count_negations(keys: Sequence[str], speech: Speech) -> int:
    return sum(speech.denies(key) or key in speech.answers for key in keys)


def _is_restart(one: Difference) -> bool:
    """Whether what was taken out is a sentence begun with the word it was begun anew with."""
    return len(one.before) > 1 and not one.after and one.before[0] in one.beside[-1:] and not one.last


def _is_denied(keys: Sequence[str], left: Sequence[str], one: Difference, speech: Speech) -> bool:
    """Whether there is a negation among some words of a difference.

    "No" is one behind a verb ("there is no money") and in the place of another one; elsewhere it opens an
    answer, which goes on without it just as well. `left` is the word before them, if there is one.
    """
    if any(map(speech.denies, keys)):
        return True
    if speech.answers.isdisjoint(keys):
        return False
    in_place_of_another = any(map(speech.denies, (*one.before, *one.after)))
    return in_place_of_another or any(
        verb in speech.before_answers and key in speech.answers for verb, key in pairwise((*left, *keys))
    )


def _doubt_negation(one: Difference, *, gone: bool) -> Doubt:
    return Doubt("negation", f"a negation is {'gone' if gone else 'new'}", one.before, one.after)
