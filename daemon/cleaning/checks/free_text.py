"""Whether notes, or what a prompt of one's own asks for, are about what was said: the bounds of free text.

Nothing in free text stands at a fixed place, so it can't be held against its original word by word. It is
held against it by what can't be put in other words: numbers and names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from daemon.cleaning.checks.faithfulness import is_content, tokens
from daemon.cleaning.checks.repetition import loops
from daemon.cleaning.checks.speech import speech_of
from daemon.text.alignment import has_unspaced
from daemon.text.languages import language_of
from daemon.text.languages.counting import ENGLISH, is_number, numbers, reads_numbers, small_numbers
from daemon.text.languages.knowledge import NOUNS_HAVE_CAPITALS
from daemon.text.sentences import ends_sentence
from daemon.text.transcript import UNSPACED

SHORTEST, LONGEST = 0.02, 1.5
"""Words of notes per word said: a single line is an apology, and what is longer are no notes of this."""

LEAST_KNOWN = 1 / 3
"""Of the content words of notes in the original's language, so many were said; of an apology hardly one."""

MOST_UNSAID = 0.25
"""Of the numbers and names of notes; with more than this share never said, they are about something else."""

UNSAID_MARK = "[not said]"
"""Stands behind a number or name that nobody said."""

_LENGTH_COUNTS_FROM = 50  # words; fewer can't be judged by their length
_FEW_UNSAID = 2  # so many are marked whatever their share
_LONG_NUMBER_WORD = 5  # letters
_STEM_LETTERS = 5  # by which "installing" and "installed" are the same
_REPEATED_LINES = 3  # the same bullet point so often is a model that went round in circles

_CODE = re.compile(
    r"</?(?:script|style|html|body|head|div|span|p|pre|code|blockquote|audio|video|iframe|img|table|context|"
    r"transcript|turn|title|text)\b[^<>]*>|\bdocument\.write\b|^```|\w\([^()\n]*\)\s*\{|\w\.\w+\([^\n]*\);",
    re.I | re.M,
)
_ENDLESS = re.compile(rf"[^\s{UNSPACED}]{{300,}}")  # no line of a table and no address is as long
_TIME = re.compile(r"\[?\b\d{1,2}(?::\d\d){1,2}\b\]?")
_LIST_NUMBER = re.compile(r"^[^\S\n]*\d+[.)]\s", re.M)
_NUMBER = re.compile(r"\d++(?:[.,]\d++)*+")
_LINE_START = re.compile(r"^[\s#>*+•–-]*(?:\d+[.)]\s+)?(?:\[[\d:]+\]\s*)?")
_TITLE_LINE = re.compile(r"^\s*#")
_NAME = re.compile(r"[^\W\d_][^\W_]+(?:['’-][^\W_]+)*")
_CURRENCIES = "$€£¥"
_DIGITS = re.compile(r"\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_WORD = re.compile(r"(?<![\w'’])[^\W\d_]+(?![\w'’])")
_FACT = re.compile(rf"(?<![\w.,])(?:{_NUMBER.pattern}|{_NAME.pattern})(?![\w%]|[.,]\d)")


def fault_of_free_text(original: str, text: str, context: str = "") -> str | None:
    """What is wrong with free text as a whole, in a phrase without words of it; None where nothing is."""
    came, said = tokens(text), tokens(original)
    if any(code[0] not in original for code in _CODE.finditer(text)):
        return "it holds code"
    if loops(came, said) or _repeats_a_line(text):
        return "it repeats itself"
    if any(row[0] not in original for row in _ENDLESS.finditer(text)):
        return "it holds a word without end"
    if len(said) <= _LENGTH_COUNTS_FROM:
        return None
    if not SHORTEST <= len(came) / len(said) <= LONGEST:
        return f"{len(said)} words became {len(came)}"
    if language_of(text) == language_of(original) and _share_known(came, said) < LEAST_KNOWN:
        return "it is about something else"
    facts, unsaid = find_facts(text), find_unsaid(f"{context} {original}", text)
    if len(unsaid) > max(_FEW_UNSAID, MOST_UNSAID * len(facts)):
        return f"{len(unsaid)} of its {len(facts)} numbers and names were never said"
    return None


def mark_unsaid(original: str, text: str) -> str:
    """The text with UNSAID_MARK behind each number, name and sum that nobody said."""
    text = _mark_currencies(original, text)
    unsaid = frozenset(find_unsaid(original, text))
    if not unsaid:
        return text

    def mark_fact(found: re.Match[str]) -> str:
        is_marked = text.startswith(f" {UNSAID_MARK}", found.end())
        return f"{found[0]} {UNSAID_MARK}" if found[0] in unsaid and not is_marked else found[0]

    return _FACT.sub(mark_fact, text)  # one pattern of all the unsaid would take time with their square


def _mark_currencies(original: str, text: str) -> str:
    """The text with UNSAID_MARK behind each sum in a currency that nobody named, where another was named."""
    named = {one: _name_currency(one, original, text) for one in _CURRENCIES}
    said, came = (
        {one for one, names in named.items() if one in side or not names.isdisjoint(tokens(side))}
        for side in (original, text)
    )
    unsaid = came - said
    if not (said and unsaid):
        return text
    names = "|".join(sorted(re.escape(name) for one in unsaid for name in named[one]))
    signs = f"[{''.join(sorted(unsaid))}]"
    figures = r"\d++(?:[.,]\d++)*+"
    sums = rf"(?:{signs}\s?{figures}\w*+|{figures}\s?{signs}|{figures}\s(?:{names or signs})(?!\w))"
    return re.sub(sums, rf"\g<0> {UNSAID_MARK}", text, flags=re.I)


def _name_currency(sign: str, *texts: str) -> frozenset[str]:
    """The words for a currency in the languages of some texts."""
    languages = {language_of(text) or ENGLISH for text in texts}
    return frozenset().union(*(speech_of(code).symbols.get(sign, frozenset()) for code in languages))


def find_unsaid(original: str, text: str) -> list[str]:
    """The numbers and names of a text that its original does not hold, each once, in order.

    Numbers only where the original's are read: elsewhere they may have been spelt out.
    """
    spoken = language_of(original) or ENGLISH
    said = frozenset(
        (
            *numbers(original, spoken),
            *numbers(original.replace(", ", ". "), spoken),
            *_DIGITS.findall(original),
        )
    )
    words = tokens(original)
    stems = {word[:_STEM_LETTERS] for word in words}
    spelt = _list_numbers_spelt(text, said, frozenset(words))

    def is_known(fact: str) -> bool:
        if fact[0].isdigit():
            written = numbers(fact, spoken).keys() | {_write_plain(fact, spoken)}
            return not reads_numbers(spoken) or not said.isdisjoint(written)
        if fact in spelt:
            return not (reads_numbers(spoken) and spelt[fact])
        return all(word[:_STEM_LETTERS] in stems for word in tokens(fact))

    return [fact for fact in find_facts(text) if not is_known(fact)]


def _write_plain(figures: str, language: str) -> str:
    """A number in figures without the marks between its thousands, which are commas in English."""
    is_parted = language == ENGLISH or _THOUSANDS.fullmatch(figures)
    return re.sub("," if language == ENGLISH else "[.,]", "", figures) if is_parted else figures


def _list_numbers_spelt(text: str, said: frozenset[str], words: frozenset[str]) -> dict[str, bool]:
    """The number words of a text, and of each whether neither it was said nor the number it is part of."""
    language = language_of(text) or ENGLISH
    found: dict[str, bool] = {}
    for is_spelt, run in groupby(_WORD.findall(text), key=lambda word: _is_spelt_number(word, language)):
        together = list(run) if is_spelt else []
        is_known = said.issuperset(numbers(" ".join(together), language))
        for word in together:
            is_said = is_known or word.casefold() in words or said.issuperset(numbers(word, language))
            found[word] = found.get(word, False) or not is_said
    return found


def _is_spelt_number(word: str, language: str) -> bool:
    """Whether a word is a number; those up to three, and short ones elsewhere, mean more ("neuf")."""
    key = word.casefold()
    if language != ENGLISH and len(key) < _LONG_NUMBER_WORD:
        return False
    return is_number(key, language) and not small_numbers(frozenset({key}), language)


def find_facts(text: str) -> list[str]:
    """The numbers and names of a text, each once, in order; not those of times, lists and headings."""
    found: dict[str, None] = {}
    language = language_of(text) or ENGLISH
    names_show = language not in NOUNS_HAVE_CAPITALS
    for line in _TIME.sub(" ", _LIST_NUMBER.sub("", text)).splitlines():
        found.update(dict.fromkeys(_NUMBER.findall(line)))
        found.update(dict.fromkeys(word for word in _WORD.findall(line) if _is_spelt_number(word, language)))
        if names_show and not _TITLE_LINE.match(line):
            found.update(dict.fromkeys(_find_names(line)))
    return list(found)


def _find_names(line: str) -> Iterator[str]:
    """Words with a capital that does not come from the beginning of a sentence, a point or a bold term."""
    words = _LINE_START.sub("", line, count=1).split()
    for before, word in pairwise(words):
        if ends_sentence(before) or before.endswith(":") or word.startswith(("*", "_", '"', "“", "(", "`")):
            continue
        name, bare = _NAME.search(word), word.lstrip("'’")
        if name and bare[:1].isupper() and not bare.startswith(("I'", "I’")):
            yield name[0]


def _repeats_a_line(text: str) -> bool:
    lines = [" ".join(tokens(line)) for line in text.splitlines()]
    times = Counter(line for line in lines if line.count(" ") >= _REPEATED_LINES)
    return max(times.values(), default=0) >= _REPEATED_LINES


def _share_known(came: Sequence[str], said: Sequence[str]) -> float:
    """The share of the content words that came that were said, in some form."""
    content = [word[:_STEM_LETTERS] for word in came if is_content(word)] + _list_pairs(came)
    stems = {*(word[:_STEM_LETTERS] for word in said), *_list_pairs(said)}
    return sum(word in stems for word in content) / len(content) if content else 1.0


def _list_pairs(keys: Sequence[str]) -> list[str]:
    """Two letters in a row of a script without spaces: more often than not a word, or a part of one."""
    return [one + other for one, other in pairwise(keys) if has_unspaced(one) and has_unspaced(other)]
