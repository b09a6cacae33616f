"""Two short passages written alike, so that only what they say otherwise is left between them.

"gonna" is "going to", "$2 and 50 cents" is "$2.50", "5 mg" is "5 milligrams"; an exclamation or a tag that
stands between two marks says nothing, and is left out of both.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence, Set
from functools import cache, partial
from itertools import chain, takewhile

from daemon.cleaning.checks.faithfulness import tokens
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.checks.stretches import Difference
from daemon.text.alignment import word_key
from daemon.text.languages.counting import has_figure, is_number, numbers, small_numbers, split_parts
from daemon.text.sentences import ends_sentence

OPENING_BRACKETS = "[(<"

_ADDRESS = re.compile(r"(?<![\w./@])[./@]?\w(?:[\w./@:-]*[\w/])?")
"""What may be an address, or the name of a file; without the mark that ends a sentence behind it."""
_MAY_BE_ADDRESS = re.compile(r"[_./@:A-Z-](?:(?<=_)|(?<=[./@:-])\w|(?<=[\w./@:-][/A-Z])|(?<=[A-Z])\d)")
"""The same in ASCII. Like each pattern for every passage it begins with its letters: those are found fast."""
_NUMBERED = re.compile(r"[A-Z]\d+")  # "Q1", "B12"
_CODE = re.compile(r"(?<![\w.,])(?:(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]+|[a-z]\d+|\d+[a-rt-z])(?!\w)")
"""A code, its letters and figures together: "SW1A", "4b"; not "90s"."""
_PARTS_OF_CODE = re.compile(r"(?<=[A-Za-z])(?=\w)|(?<=\d)(?=[A-Za-z])")
_LONGEST_ADDRESS = 80  # letters
_LONGEST_CORRECTED = 4  # words, the small one before them included
_FRACTION_SIGN = re.compile("[\u00bc-\u00be\u2150-\u215e]")
_FRACTION_STROKE, _MINUS = "\u2044", "\u2212"
_POINT_FIRST = re.compile(r"(?<![\w.,])\.(?=\d)")
_WORD = re.compile(r"\w+")
_TIME = re.compile(r"\d\s?[:.h]\s?[0-5]\d")
_ROMAN_FIGURES = {"I": 1, "V": 5, "X": 10, "L": 50}
_ROMAN = re.compile(r"\b(?=[IVXL]{2,}\b)(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})\b")  # "World War II"; not "I"
_SHORT_NUMERAL = re.compile(r"([A-Z](?<!\w.)\w+) ([IV])(?![\w'’])(?=(\W+I\b)?)")
"""That in "World War I", not in "the war I know"; with an "I" behind it: "in Phase I, I said"."""
_HALF_OF_DAY = re.compile(r"([AaPp])(?:(?<!\w.)(?:\.\s?|\s)[Mm](?![\w&])|(?<=\d.)[Mm](?!\w))")
"""That in "p.m.", "3pm"."""


def write_alike(original: str, cleaned: str, found: Sequence[Difference], speech: Speech) -> tuple[str, str]:
    """Both texts with what is only spelt otherwise spelt the same, and what says nothing left out.

    `found` are their differences: words that stand in none of these are the same as they are.
    """
    if any(map(original.__contains__, OPENING_BRACKETS)):
        from daemon.cleaning.checks.brackets import drop_sounds  # few texts have any

        original = drop_sounds(original, cleaned)
    original, cleaned = write_forms_alike(original, cleaned, speech)
    original, cleaned = (_write_signs(text) for text in (original, cleaned))
    if speech.units and any(map(has_figure, (original, cleaned))):
        original, cleaned = _write_units(original, speech), _write_units(cleaned, speech)
    before = frozenset(chain.from_iterable(one.before for one in found))
    changed = before.union(chain.from_iterable(one.after for one in found))
    if not speech.correcting_words.isdisjoint(before):
        original = _drop_corrected(original, cleaned, speech)
    if has_figure(cleaned):
        original, cleaned = (_CODE.sub(_part_code, text) for text in (original, cleaned))
    original = join_addresses(original, cleaned, speech)
    original, cleaned = (_HALF_OF_DAY.sub(r" \1m", text) for text in (original, cleaned))
    if not speech.set_off_words.isdisjoint(before):
        original, cleaned = _drop_set_off(original, cleaned, speech)
    original = _write_numerals_as(original, cleaned, speech)
    if any(map(_is_roman, changed)):
        original, cleaned = (_ROMAN.sub(_write_figures, text) for text in (original, cleaned))
    if not speech.respelt_words.isdisjoint(changed):
        original, cleaned = spell_out(original, speech), spell_out(cleaned, speech)
    return original, cleaned


def _part_code(found: re.Match[str]) -> str:
    """A code with its letters apart: "S W 1 A" for "SW1A"."""
    return _PARTS_OF_CODE.sub(" ", found[0])


def write_forms_alike(original: str, cleaned: str, speech: Speech) -> tuple[str, str]:
    """Both texts with "don't" for "dont" and "0.5" for ".5"; the original with the cleaning's fractions."""
    original, cleaned = (_put_apostrophes(text, speech) for text in (original, cleaned))
    if any("." in text and has_figure(text) for text in (original, cleaned)):
        original, cleaned = (_POINT_FIRST.sub("0.", text) for text in (original, cleaned))
    return _write_fractions(_say_zeros(original, cleaned, speech), cleaned, speech), cleaned


def _put_apostrophes(text: str, speech: Speech) -> str:
    """A text with their apostrophes in contractions that are no other word without: "dont", "theyre"."""
    if speech.unmarked.keys().isdisjoint(tokens(text)):
        return text
    return _WORD.sub(lambda word: _put_apostrophe(word[0], speech), text)


def _put_apostrophe(word: str, speech: Speech) -> str:
    at = speech.unmarked.get(word.casefold(), "").find("'")
    return word if at < 0 else f"{word[:at]}'{word[at:]}"


def _say_zeros(original: str, cleaned: str, speech: Speech) -> str:
    """The original with "zero point zero five" for "point oh five", where the cleaning has fewer of these.

    Where it has as many, the word may be no number's: "at that point five people left".
    """
    if not speech.points or not any(map(original.casefold().__contains__, speech.points)):
        return original
    points = _find_points_first(original, speech)
    if len(points) <= len(_find_points_first(cleaned, speech)):
        return original
    parts, done = [], 0
    for point, *zeros in points:
        parts += [original[done : point.start()], f"{speech.figures[0]} {point[0]}"]
        parts += [f" {speech.spelt[zero[0].casefold()]}" for zero in zeros]
        done = (point, *zeros)[-1].end()
    return "".join((*parts, original[done:]))


def _find_points_first(text: str, speech: Speech) -> list[list[re.Match[str]]]:
    """The words for a point that stand before a number and behind none, each with the "oh"s behind it."""
    words = list(_WORD.finditer(text))
    found = []
    for at, point in enumerate(words):
        if point[0].casefold() not in speech.points or (at and _is_number(words[at - 1], speech)):
            continue
        zeros = list(takewhile(lambda word: word[0].casefold() in speech.spelt, words[at + 1 :]))
        if any(_is_number(word, speech) for word in words[at + 1 + len(zeros) :][:1]):
            found.append([point, *zeros])
    return found


def _is_number(word: re.Match[str], speech: Speech) -> bool:
    return is_number(word[0].casefold(), speech.language)


def _write_fractions(original: str, cleaned: str, speech: Speech) -> str:
    """The original with fractions and times as the cleaning writes them: "2/3" for "two thirds"."""
    if speech.fractions and has_figure(cleaned) and _TIME.search(cleaned):
        from daemon.text.languages.clock_times import write_times_as  # few texts have any

        original = write_times_as(original, cleaned, speech.language)
    if not _may_hold_fraction(f"{original} {cleaned}", speech):
        return original
    from daemon.text.languages.fractions import write_fractions_as  # few texts have any

    return write_fractions_as(original, cleaned, speech.language)


def _may_hold_fraction(text: str, speech: Speech) -> bool:
    """Whether a text has a sign of a fraction, or a figure and a word for a fraction."""
    if "/" in text or (not text.isascii() and _FRACTION_SIGN.search(text)):
        return True
    return has_figure(text) and any(map(text.casefold().__contains__, speech.fractions))


def _write_signs(text: str) -> str:
    """A text with "2 1/2" for "2½", and the minus of the keyboard for the sign of that name."""
    if text.isascii():
        return text
    return _FRACTION_SIGN.sub(_write_stroke, text).replace(_MINUS, "-")


def _write_stroke(found: re.Match[str]) -> str:
    return f" {unicodedata.normalize('NFKC', found[0]).replace(_FRACTION_STROKE, '/')}"


def _is_roman(key: str) -> bool:
    return _ROMAN.fullmatch(key.upper()) is not None


def _write_figures(found: re.Match[str]) -> str:
    """A Roman number in figures: 14 for "XIV"."""
    values = [_ROMAN_FIGURES[letter] for letter in found[0]]
    followed = zip(values, [*values[1:], 0], strict=True)
    return str(sum(-value if value < follower else value for value, follower in followed))


def _write_numerals_as(original: str, cleaned: str, speech: Speech) -> str:
    """The original with "World War I" for "world war one", where the cleaning has it so."""
    for word, letter, subject in _SHORT_NUMERAL.findall(cleaned):
        if word.casefold() in speech.before_numerals:
            value = _ROMAN_FIGURES[letter]
            end = r"(?!\w)" if subject else r"(?!\w|\W+I\b)"
            number = rf"(?<!\w)({word}\s+)(?:{value}|{speech.figures[value]}){end}"
            original = re.sub(number, rf"\g<1>{letter}", original, flags=re.I)
    return original


def spell_out(text: str, speech: Speech) -> str:
    """A text with the words that are spelt as they are spoken written out: "let me" for "lemme"."""
    words = frozenset(tokens(text))
    if not words.isdisjoint(speech.respelt_words):
        text = _compile_words(tuple(speech.spoken)).sub(partial(_write_spoken, speech=speech), text)
    if not words.isdisjoint(speech.hundredths):
        text = _compile_hundredths(speech.hundredths).sub(partial(_write_money, speech=speech), text)
    return text


def _write_units(text: str, speech: Speech) -> str:
    """A text with the words for signs of units: "5 milligrams" for "5 mg"."""
    return _compile_units(tuple(speech.units)).sub(lambda found: f" {speech.units[found[0].strip()]}", text)


@cache
def _compile_units(signs: Sequence[str]) -> re.Pattern[str]:
    """A pattern for a sign behind a figure; one of a single letter stands apart: "5 m", but "the 5G net"."""
    anywhere = "|".join(re.escape(sign) for sign in signs if len(sign) > 1)
    return re.compile(
        rf"(?<=\d)(?<!:\d\d)(?:(?:{anywhere})|\s(?:{'|'.join(map(re.escape, signs))}))(?![\w²³'’])"
    )


def join_addresses(original: str, cleaned: str, speech: Speech) -> str:
    """The original with addresses, initials and names as the cleaning has them, where it spells them out.

    "example dot com" is "example.com", "c e o" is "CEO", "q one" is "Q1", "linked in" is "LinkedIn". One that
    the cleaning has more often may stand in another's place: "the u s a or the u k".
    """
    if cleaned.isascii() and _MAY_BE_ADDRESS.search(cleaned) is None:
        return original
    found = Counter(_ADDRESS.findall(cleaned))
    addresses = {written for written in found if not speech.address_signs.keys().isdisjoint(written)}
    capitals = {
        written
        for written in found.keys() - addresses
        if written[1:] != written[1:].lower() or _NUMBERED.fullmatch(written)
    }
    said = frozenset(tokens(original)) if capitals else frozenset[str]()
    spelt_out = addresses.union(one for one in capitals if one.lower() not in said)
    for written in sorted(spelt_out, key=len, reverse=True):
        if len(written) <= _LONGEST_ADDRESS:
            spelt = r"\s*".join(_name_sign(letter, speech) for letter in written)
            around = re.split(rf"(?<!\w){spelt}(?!\w)", original, flags=re.I)
            if len(around) > found[written]:
                original = written.join(around)
    return original


def _name_sign(letter: str, speech: Speech) -> str:
    """A pattern for a letter of an address, or for a sign or figure and its names."""
    names = speech.figures[int(letter) : int(letter) + 1] if letter.isdecimal() else ()
    return rf"(?:{'|'.join(map(re.escape, (letter, *names, *speech.address_signs.get(letter, ()))))})"


def _drop_corrected(original: str, cleaned: str, speech: Speech) -> str:
    """The original without words that were corrected at once ("on Monday, I mean Tuesday") and are gone.

    Only a number by a number, a name by a name, and a word by one of its alternatives.
    """
    if len(speech.corrections.findall(cleaned)) >= len(speech.corrections.findall(original)):
        return original
    kept, done = "", 0
    for found in speech.corrections.finditer(original):
        before = original[done : found.start()]
        words = list(filter(split_parts, before.split()))
        correction = list(filter(split_parts, original[found.end() :].split(None, 4)[:4]))[:3]
        is_answer = found[0].strip().casefold() in speech.answers  # "yes to two no to three"
        if is_answer and correction and not _is_number_word(correction[0], speech):
            del correction[1:]
        while words and word_key(words[-1]) in speech.hesitations:
            words.pop()
        size = _count_corrected(words, correction, speech) if correction else 0
        kept += " ".join(words[:-size]) + " " if size else original[done : found.end()]
        done = found.end()
    return kept + original[done:]


def _count_corrected(words: Sequence[str], correction: Sequence[str], speech: Speech) -> int:
    """How many words at the end of some those behind them correct; 0 where they say something else.

    Small words may be said once more: "on Tuesday, sorry, on Wednesday".
    """
    keys, right = [word_key(word) for word in words], word_key(correction[0])
    if not keys or ends_sentence(words[-1]) or not speech.answers.isdisjoint(keys[-2:-1]):
        return 0  # a question was answered, or "no good, no bad"
    if len(correction) > 1 and right in keys[-_LONGEST_CORRECTED:-1]:
        size = _count_corrected(words, correction[1:], speech)
        if size and keys[-size - 1 : -size] == [right]:
            return size + 1
    if _is_number_word(correction[0], speech):
        return _count_corrected_number(words, correction, speech)
    if keys and right in speech.alternatives.get(keys[-1], ()):
        return 1
    are_names = len(words) > 1 and words[-1][:1].isupper() and correction[0][:1].isupper()
    return int(are_names and not ends_sentence(words[-1]))


def _count_corrected_number(words: Sequence[str], correction: Sequence[str], speech: Speech) -> int:
    """How many words at the end of some are a number, with what was counted where that is said once more."""
    counted = next((word_key(word) for word in correction if not _is_number_word(word, speech)), "")
    size = int(word_key(words[-1]) == counted)
    others = reversed(words[: len(words) - size])
    count = len(list(takewhile(partial(_is_number_word, speech=speech), others)))
    return count + size if count else 0


def _is_number_word(word: str, speech: Speech) -> bool:
    """Whether a word is a number or part of one, such as "twenty-five"."""
    return all(is_number(word_key(part), speech.language) for part in split_parts(word))


def _drop_set_off(original: str, cleaned: str, speech: Speech) -> tuple[str, str]:
    """Both texts without exclamations and tags, where none was put in and other words are left."""
    if not any(map(original.casefold().__contains__, speech.set_off_phrases)):
        return original, cleaned
    pattern = speech.set_off
    count = len(pattern.findall(original))
    if count == 0 or len(pattern.findall(cleaned)) > count:
        return original, cleaned
    before, after = (pattern.sub(_keep_end, text) for text in (original, cleaned))
    return (before, after) if tokens(before) and tokens(after) else (original, cleaned)


def _keep_end(found: re.Match[str]) -> str:
    return found[1] or ("." if found[0].endswith("?") else " ")


@cache
def _compile_words(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'’])(?:{'|'.join(map(re.escape, words))})(?![\w'’])", re.I)


def _write_spoken(found: re.Match[str], speech: Speech) -> str:
    return speech.spoken[found[0].lower().replace("’", "'")]


@cache
def _compile_hundredths(words: Set[str]) -> re.Pattern[str]:
    """A pattern for a sum: a word, that of its currency, that between them, and the hundredths."""
    names = "|".join(map(re.escape, sorted(words)))
    return re.compile(rf"(?<![\w-])([\w-]+)(?:\s+(\w+))?\s+(\w+)\s+([\w-]+)\s+(?:{names})(?!\w)", re.I)


def _write_money(found: re.Match[str], speech: Speech) -> str:
    """A sum in figures, its hundredths behind a point."""
    whole, parts = (_read_whole(found[group], speech.language) for group in (1, 4))
    unit = found[2] or ""
    is_currency = not unit or any(unit.casefold() in names for names in speech.symbols.values())
    if whole is None or parts is None or len(parts) > 2 or not is_currency or found[3] not in speech.joining:
        return found[0]
    return f"{whole}.{parts:>02} {unit}".rstrip()


def _read_whole(word: str, language: str) -> str | None:
    """The one whole number that a word is, in figures; None for any other."""
    found = [*numbers(word, language)] or [*small_numbers(frozenset(tokens(word)), language)]
    return found[0] if len(found) == 1 and found[0].isdecimal() else None
