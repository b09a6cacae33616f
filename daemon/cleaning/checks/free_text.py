"""Whether notes, or what a prompt of one's own asks for, are about what was said: the bounds of free text.

Nothing in free text stands at a fixed place, so it can't be held against its original word by word. It is
held against it by what can't be put in other words: numbers and names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from daemon.cleaning.checks.faithfulness import is_content, tokens
from daemon.cleaning.checks.repetition import loops
from daemon.text.languages import language_of
from daemon.text.languages.counting import numbers
from daemon.text.sentences import ends_sentence

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
_STEM_LETTERS = 5  # by which "installing" and "installed" are the same
_REPEATED_LINES = 3  # the same bullet point so often is a model that went round in circles

_CODE = re.compile(
    r"</?(?:script|style|html|body|head|div|span|p|pre|code|blockquote|audio|video|iframe|img|table|context|"
    r"transcript|turn|title|text)\b[^<>]*>|\bdocument\.write\b|^```",
    re.I | re.M,
)
_TIME = re.compile(r"\[?\b\d{1,2}(?::\d\d){1,2}\b\]?")
_LIST_NUMBER = re.compile(r"^\s*\d+[.)]\s", re.M)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LINE_START = re.compile(r"^[\s#>*+•–-]*(?:\d+[.)]\s+)?(?:\[[\d:]+\]\s*)?")
_TITLE_LINE = re.compile(r"^\s*#")
_NAME = re.compile(r"[^\W\d_][^\W_]+(?:['’-][^\W_]+)*")
_FACT = re.compile(rf"(?<![\w.,])(?:{_NUMBER.pattern}|{_NAME.pattern})(?![\w%]|[.,]\d)")
_NOUNS_HAVE_CAPITALS = frozenset({"de", "lb"})  # a capital there makes no name


def fault_of_free_text(original: str, text: str, context: str = "") -> str | None:
    """What is wrong with free text as a whole, in a phrase without words of it; None where nothing is."""
    came, said = tokens(text), tokens(original)
    if any(code[0] not in original for code in _CODE.finditer(text)):
        return "it holds code"
    if loops(came, said) or _repeats_a_line(text):
        return "it repeats itself"
    if len(said) <= _LENGTH_COUNTS_FROM:
        return None
    if not SHORTEST <= len(came) / len(said) <= LONGEST:
        return f"{len(said)} words became {len(came)}"
    if language_of(text) == language_of(original) and _known(came, said) < LEAST_KNOWN:
        return "it is about something else"
    facts, unsaid = find_facts(text), find_unsaid(f"{context} {original}", text)
    if len(unsaid) > max(_FEW_UNSAID, MOST_UNSAID * len(facts)):
        return f"{len(unsaid)} of its {len(facts)} numbers and names were never said"
    return None


def mark_unsaid(original: str, text: str) -> str:
    """The text with UNSAID_MARK behind each number and name that nobody said."""
    unsaid = frozenset(find_unsaid(original, text))
    if not unsaid:
        return text

    def mark_fact(found: re.Match[str]) -> str:
        return f"{found[0]} {UNSAID_MARK}" if found[0] in unsaid else found[0]

    return _FACT.sub(mark_fact, text)  # one pattern of all the unsaid would take time with their square


def find_unsaid(original: str, text: str) -> list[str]:
    """The numbers and names of a text that its original does not hold, each once, in order.

    Numbers only where the original's are read, which is in English: elsewhere they may have been spelt out.
    """
    spoken = language_of(original)
    said_numbers = set(numbers(original))
    said_digits = re.sub(r"\D", " ", original).split()
    stems = {word[:_STEM_LETTERS] for word in tokens(original)}
    unsaid = []
    for fact in find_facts(text):
        if fact[0].isdigit():
            plain = fact.replace(",", "")
            known = spoken not in (None, "en") or plain in said_numbers or plain in said_digits
        else:
            known = all(word[:_STEM_LETTERS] in stems for word in tokens(fact))
        if not known:
            unsaid.append(fact)
    return unsaid


def find_facts(text: str) -> list[str]:
    """The numbers and names of a text, each once, in order; not those of times, lists and headings."""
    found: dict[str, None] = {}
    names_show = language_of(text) not in _NOUNS_HAVE_CAPITALS
    for line in _TIME.sub(" ", _LIST_NUMBER.sub("", text)).splitlines():
        found.update(dict.fromkeys(_NUMBER.findall(line)))
        if names_show and not _TITLE_LINE.match(line):
            found.update(dict.fromkeys(_names_in(line)))
    return list(found)


def _names_in(line: str) -> Iterator[str]:
    """Words with a capital that does not come from the beginning of a sentence, a point or a bold term."""
    words = _LINE_START.sub("", line, count=1).split()
    for before, word in pairwise(words):
        if ends_sentence(before) or before.endswith(":") or word.startswith(("*", "_", '"', "“", "(", "`")):
            continue
        name = _NAME.search(word)
        if name and word.lstrip("'’")[:1].isupper() and not name[0].startswith(("I'", "I’")):
            yield name[0]


def _repeats_a_line(text: str) -> bool:
    lines = [" ".join(tokens(line)) for line in text.splitlines()]
    times = Counter(line for line in lines if line.count(" ") >= _REPEATED_LINES)
    return max(times.values(), default=0) >= _REPEATED_LINES


def _known(came: Sequence[str], said: Sequence[str]) -> float:
    """The share of the content words that came that were said, in some form."""
    content = [word[:_STEM_LETTERS] for word in came if is_content(word)]
    stems = {word[:_STEM_LETTERS] for word in said}
    return sum(word in stems for word in content) / len(content) if content else 1.0
