"""Numbers, names and negations that differ between a passage and its cleaning.

People write them differently all the time ("twenty-five" and "25"), so a difference proves nothing:
it is noted for whoever reviews the text, and changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from functools import cache, lru_cache, partial
from itertools import compress, count, pairwise

from daemon.text.alignment import word_key
from daemon.text.cleaned_chunk import Note
from daemon.text.languages import language_by_start
from daemon.text.languages.counting import is_number, list_numbers, numbers, small_numbers, split_parts
from daemon.text.languages.inner_signs import list_inner_signs
from daemon.text.languages.knowledge import load, words_of_all
from daemon.text.languages.word_readings import WordReadings
from daemon.text.sentences import ends_sentence
from daemon.text.transcript import split_words

_AROUND = ".,;:!?…\"“”'’()[]،؛؟।"
_POSSESSIVE = re.compile(r"['’]s(?!\w)")
_THOUSANDS = re.compile(r"(?<![\w.,:])\d{1,3}(?:\s\d{3})+(?![.:]?\d)")
_POINTED_THOUSANDS = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ENGLISH = "en"
_LONGEST_STUTTER = 4  # words
_TEXTS_AT_HAND = 256  # a passage is looked at by the gate and once more for the notes, after the whole chunk


def notes_on(passage: int, original: str, cleaned: str, spoken: str = _ENGLISH) -> Iterator[Note]:
    """What differs in a passage, by kind.

    Where its language can't be told from how it begins, it is the one that is `spoken` around it (a code).
    """
    language = language_by_start(original) or spoken
    names_before, names_after = names(original).keys(), names(cleaned).keys()
    # a name that only lost or gained its capital is still there
    gone = _find_unknown(names_before - names_after, cleaned, language)
    new = _find_unknown(names_after - names_before, original, language)
    yield from _note_numbers(passage, original, cleaned, language)
    if gone or new:
        yield Note(passage, "name", tuple(sorted(gone)), tuple(sorted(new)))
    said, left = (_count_negations(text, language) for text in (original, cleaned))
    if said != left:
        yield Note(passage, "negation", ("not",) * (said - left), ("not",) * (left - said))


def _note_numbers(passage: int, original: str, cleaned: str, language: str) -> Iterator[Note]:
    """The note on the numbers that stand on one side only; none where none does."""
    gone, new = _count_missing(original, cleaned, language)
    if gone or new:
        said, written = (_write_plainly(text, language) for text in (original, cleaned))
        gone, new = min((gone, new), _count_missing(said, written, language), key=_count_both)
    if "1" in gone | new and _count_ones(original, language) == _count_ones(cleaned, language):
        del gone["1"], new["1"]  # "the last one (twenty years ago)"
    if (gone or new) and not _are_said_by_digits(original, cleaned, language):
        yield Note(passage, "number", tuple(sorted(gone.elements())), tuple(sorted(new.elements())))


def _count_missing(original: str, cleaned: str, language: str) -> tuple[Counter[str], Counter[str]]:
    """The numbers of a text that are gone from another one, and those that are new there."""
    before, after = numbers(original, language), numbers(cleaned, language)
    return before - after, after - before


def _count_both(missing: tuple[Counter[str], Counter[str]]) -> int:
    return missing[0].total() + missing[1].total()


def _write_plainly(text: str, language: str) -> str:
    """A text of any language but English with "35000" for "35 000" and "35.000", and with 100 for "%".

    The latter only where it is said as a number, as in "pour cent". "35,125" becomes "35.125", with a point:
    the comma is that of a decimal there.
    """
    if language == _ENGLISH:
        return text
    text = _THOUSANDS.sub(lambda found: re.sub(r"\s", "", found[0]), text)
    text = _DECIMAL_COMMA.sub(".", _POINTED_THOUSANDS.sub("", text))
    known = load(language)
    percent = known.meaning.symbols.get("%", ()) if known is not None and known.meaning is not None else ()
    hundred = next((word for word in percent if is_number(word, language)), None)
    return text if hundred is None else text.replace("%", f" % {hundred}")


def _count_ones(text: str, language: str) -> int:
    """How many words and figures of a text may mean the number one."""
    keys = map(word_key, split_parts(text))
    return sum(key == "1" or "1" in small_numbers(frozenset({key}), language) for key in keys)


def _are_said_by_digits(original: str, cleaned: str, language: str) -> bool:
    """Whether the numbers of two texts are the same, read out digit by digit in one: "five five one two"."""
    sides = [list_numbers(text, language) for text in (original, cleaned)]
    said, written = sides
    others = [[number for number in one if number not in other] for one, other in (sides, sides[::-1])]
    is_by_digits = any(all(len(number) == 1 for number in side) for side in others)
    return is_by_digits and "".join(said) == "".join(written)


def _find_unknown(names: Set[str], text: str, language: str) -> list[str]:
    """Those of some names that stand nowhere in a text, with or without capitals; "Dr." may be "doctor"."""
    if not names:
        return []
    keys = frozenset(_list_written(text, language)).union(_list_written(_POSSESSIVE.sub("", text), language))
    keys |= frozenset(map("".join, pairwise(map(word_key, split_parts(text)))))  # "you tube"
    return [name for name in names if not keys.issuperset(_list_written(name, language))]


def _list_written(text: str, language: str) -> Iterator[str]:
    """The words of a text, abbreviations in full; "Em" is not taken for the "'em" that means "them"."""
    known = load(language)
    spellings = known.spellings if known is not None else dict[str, str]()
    short = words_of_all("abbreviations")
    keys = map(word_key, split_parts(text))
    return (spellings.get(key, key) if key in short else key for key in keys)


@lru_cache(maxsize=_TEXTS_AT_HAND)
def names(text: str) -> Counter[str]:
    """Words with a capital that does not come from the beginning of a sentence: each once, in order."""
    words = split_words(text)
    places = compress(count(), map(_NAMES.__getitem__, words))
    found = [_NAMES[words[at]] for at in places if at > 0 and not ends_sentence(words[at - 1])]
    return Counter(dict.fromkeys(found, 1))


def _read_name(word: str) -> str:
    """The name that a word inside a sentence is, without its marks; "" for any other word."""
    if not word.strip("\"“('[")[:1].isupper():
        return ""
    name = _POSSESSIVE.sub("", word.strip(".,;:!?…\"“”'’()[]"))
    return name if len(name) > 1 and not name.lower().startswith(("i'", "i’")) else ""


_NAMES = WordReadings(_read_name)


def _count_negations(text: str, language: str) -> int:
    """How often a text says no, in a language; what ends in "n't" does so in any. A stutter says it once."""
    words = split_words(text)
    found = list(compress(count(), map(_find_negations(language).__getitem__, words)))
    spoken = sum(not _is_stuttered(words, at, language) for at in found)
    return spoken if text.isascii() else spoken + len(list_inner_signs(text, language, "negations"))


def _is_stuttered(words: Sequence[str], at: int, language: str) -> bool:
    """Whether up to a few words, this one among them, were said right before: "I don't, um, I don't know"."""
    known = load(language)
    hesitations = known.hesitations if known is not None else frozenset[str]()
    before, behind = (
        [key for key in map(word_key, some) if key not in hesitations]
        for some in (words[max(0, at - 4 * _LONGEST_STUTTER) : at], words[at : at + _LONGEST_STUTTER])
    )
    keys, place = [*before, *behind], len(before)
    return behind[:1] != [] and any(
        keys[start - size : start] == keys[start : start + size]
        for size in range(1, _LONGEST_STUTTER + 1)
        for start in range(max(size, place - size + 1), place + 1)
    )


@cache
def _find_negations(language: str) -> WordReadings[bool]:
    """Of each word whether it says no in a language."""
    return WordReadings(partial(_is_negation, language=language))


def _is_negation(word: str, language: str) -> bool:
    """Whether a word, with its punctuation, says no in a language."""
    known = load(language)
    key = word.strip(_AROUND).replace("’", "'").lower()
    return key.endswith("n't") or (known is not None and key in known.negations)
