"""Whether a word is another one in another form or spelling, or what was misheard for it."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.fuzz import partial_ratio, ratio

from daemon.cleaning.checks.meaning.losses import is_contracted, is_heard_alike
from daemon.cleaning.checks.sounds import sounds_otherwise
from daemon.cleaning.checks.speech import CONTENT_LETTERS, Speech
from daemon.cleaning.checks.stretches import Difference
from daemon.text.languages.counting import is_number

_WRITTEN_TOGETHER = 80  # per cent of a word's letters, as part of another: "podcast stereo", "Podcasterio"
_FORM_LETTERS, _OTHER_FORM_LETTERS = 60, 70  # per cent, of words with the same first letter, and another
_SAME_BEGINNING, _BEGUN_ALIKE = 3, 50  # letters, and per cent: "took" and "taken"; "medium" and "media"
TOGETHER = 70  # per cent of the letters of several words: "might have" and "might've"
CONTRACTED = 50  # where there are more words than before, or fewer: "going to" and "gonna"
# Per cent, with the same first letter: "crooked" and "cricket". Of 2,374 passages cut from editors' turns 9
# would pass at 43: in nearly all something else is said ("bounce" and "bonds"), as models say it.
_HEARD_ALIKE = 57
# Per cent of the letters: "Mohammed" and "Muhamad", "Berkeley" and "Barclays"; with another first letter.
_LEAST_ALIKE_NAMES, _LEAST_ALIKE_OTHER_NAMES = 50, 60
_STUB_LETTERS = 2  # and less than half of the word: "ok" is "okay", but "p" is not "painted"
_LAST_LETTER = "\u052f"  # of the Latin, Greek and Cyrillic ones: other scripts write syllables and words


def is_respelt(before: Sequence[str], after: Sequence[str], least: int = CONTRACTED) -> bool:
    """Whether the same is written in other words: "going to" and "gonna", "long time" and "longtime"."""
    if len(before) == len(after) == 1 and sounds_otherwise(before[0], after[0]):
        return False
    was, now = join_letters(before), join_letters(after)
    alike = ratio(was, now)
    if alike >= TOGETHER:
        return True
    return len(before) != len(after) and was[:2] == now[:2] and alike >= least


def part_prefixes(
    before: Sequence[str], after: Sequence[str], speech: Speech
) -> tuple[Sequence[str], Sequence[str]]:
    """One word for another, without the prefix they have in common; any others as they are."""
    if len(before) != 1 or len(after) != 1:
        return before, after
    was, now = speech.part_prefix(before[0], after[0])
    return (was,), (now,)


def join_letters(keys: Sequence[str]) -> str:
    """Words written together, without their apostrophes."""
    return "".join(keys).replace("'", "")


def is_form_of(key: str, other: str, speech: Speech) -> bool:
    """Whether a word is another one in another form or spelling, or is written as part of it."""
    key, other = speech.part_prefix(key, other)
    shorter, longer = sorted((key, other), key=len)
    if longer.startswith(shorter) or (len(shorter) >= CONTENT_LETTERS and shorter in longer):
        return True
    if len(key) == len(other) == CONTENT_LETTERS or sounds_otherwise(key, other):
        return False
    alike = ratio(key, other)
    if key[:_SAME_BEGINNING] == other[:_SAME_BEGINNING]:
        return alike >= _BEGUN_ALIKE
    return alike >= (_FORM_LETTERS if key[:1] == other[:1] else _OTHER_FORM_LETTERS)


def has_form(key: str, one: Difference, speech: Speech) -> bool:
    """Whether a word of a difference stands on its other side, or beside it, in another form."""
    others = one.after if key in one.before else one.before
    if key in one.before and any(_is_cut_short(key, other, one, speech) for other in others):
        return False
    if is_contracted(key, (*others, *one.beside), speech):
        return True
    if any(is_form_of(key, other, speech) for other in others):
        return True
    if is_respelt(*part_prefixes((key,), others, speech), TOGETHER):
        return True
    if len(one.before) == len(one.after) == 1 and _may_be_heard_as(key, others[0], speech):
        return True
    longer = [other for other in one.beside if len(other) > len(key) > CONTENT_LETTERS]
    return any(partial_ratio(key, other) >= _WRITTEN_TOGETHER for other in longer)


def _is_cut_short(key: str, other: str, one: Difference, speech: Speech) -> bool:
    """Whether a word is but the first letter or two of another, and no sign beside a number: "5 m", "p. 12".

    A word of three letters may be the letter's own name: "Jay" and "J".
    """
    is_begun = len(other) <= _STUB_LETTERS and len(other) * 2 < len(key) and key.startswith(other)
    if not is_begun or len(key) <= CONTENT_LETTERS or not key.isalpha() or max(key) > _LAST_LETTER:
        return False
    return not any(is_number(word, speech.language) for word in (*one.beside, *one.before, *one.after))


def is_misheard_name(name: str, after: Sequence[str]) -> bool:
    """Whether a name may be what others were misheard for: "Bredesen" for "Bredeson"."""
    heard = "".join(after)
    least = _LEAST_ALIKE_NAMES if name[:1] == heard[:1] else _LEAST_ALIKE_OTHER_NAMES
    return name in after or ratio(name, heard) >= least


def _may_be_heard_as(key: str, other: str, speech: Speech) -> bool:
    """Whether a word was misheard for another, or is an irregular form of it: "seen" and "saw"."""
    shorter, longer = sorted((key, other), key=len)
    if len(longer) == len(shorter) == CONTENT_LETTERS:
        return speech.excludes_by_tense(key, other)
    if is_heard_alike(key, other, speech, _HEARD_ALIKE) and not sounds_otherwise(key, other):
        return True
    is_form = len(longer) <= CONTENT_LETTERS + 1 and not speech.pasts.keys().isdisjoint((key, other))
    return len(shorter) <= CONTENT_LETTERS and is_form and key[:1] == other[:1]
