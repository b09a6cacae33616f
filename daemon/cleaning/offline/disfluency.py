"""What speakers say and don't mean: hesitations, stutters, repeats, false starts.

Each rule finds and changes nothing: it yields the spans of words to leave out, first and past the last,
ascending and apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from daemon.cleaning.offline.language import Grammar
from daemon.cleaning.offline.words import Word, opens, ordinary

Span = tuple[int, int]

_LONGEST_REPEATED = 6  # words; editors took out no longer phrase because it was said twice
_LENGTHS = range(_LONGEST_REPEATED, 0, -1)
_LONGEST_FRAGMENT = 3  # letters; longer ones without a vowel are abbreviations
_VOWELS = frozenset("aeiouyáéíóúàèìòùâêîôûäëïöüãõåæøœ")


def fillers(words: Sequence[Word], grammar: Grammar) -> Iterator[Span]:
    """Sounds of hesitation: "um", "uh"; "er" only where commas set it off, for it may be the ER."""
    for at, word in enumerate(words):
        if grammar.hesitates(word.key) or (word.key in grammar.words.fillers_set_off and _set_off(words, at)):
            name = word.text.isupper() and len(word.key) > 1
            if word.bare and not name:
                yield at, at + 1


def _set_off(words: Sequence[Word], at: int) -> bool:
    return words[at].mark != "" and (at == 0 or words[at - 1].mark != "")


def stutters(words: Sequence[Word], grammar: Grammar) -> Iterator[Span]:
    """A word broken off: begun anew ("th- there's", "we- we're"), or but its first sounds ("th- a")."""
    for at in range(len(words) - 1):
        word = words[at]
        if word.mark != "-" or not word.bare or not word.key.isalpha() or grammar.keeps(word.key):
            continue
        if _begun_anew(words, at, grammar) or _fragment(word):
            yield at, at + 1


def _begun_anew(words: Sequence[Word], at: int, grammar: Grammar) -> bool:
    """Whether the next word begins with a broken one, and both are names or neither is."""
    word, after = words[at], words[at + 1]
    if after.key == word.key or not after.key.startswith(word.key) or grammar.keeps(after.key):
        return False
    return ordinary(words, at, at + 1, opening=opens(words, at)) or after.text.startswith(word.text[:-1])


def _fragment(word: Word) -> bool:
    """Whether a broken word is none: a letter, or so few without a vowel; not "I", nor "TV-" and "A-"."""
    if len(word.key) == 1:
        return word.text[0].islower() and word.key != "i"
    return len(word.key) <= _LONGEST_FRAGMENT and not _VOWELS & set(word.key) and word.text[1:].islower()


def repeats(words: Sequence[Word], grammar: Grammar) -> Iterator[Span]:
    """Of a word or phrase said twice in a row by accident, the first; the longest phrase counts."""
    keys = [word.key for word in words]
    at, last = 0, len(words)
    while at < last:
        length = 0
        if keys[at] in keys[at + 1 : at + 1 + _LONGEST_REPEATED]:
            length = next((n for n in _LENGTHS if _repeated(words, keys, at, n, grammar)), 0)
            if length:
                yield at, at + length
        at += length or 1


def _repeated(words: Sequence[Word], keys: Sequence[str], at: int, length: int, grammar: Grammar) -> bool:
    """Whether so many words are said again, written alike, and can't be meant."""
    middle, end = at + length, at + 2 * length
    phrase = keys[at:middle]
    if (
        phrase != keys[middle:end]
        or (length > 1 and len(set(phrase)) == 1)
        or any(map(grammar.keeps, phrase))
    ):
        return False
    two_clauses = length == 1 and phrase[0] in grammar.words.objects and words[at].mark == ","
    if two_clauses and not _clause_begins(words, at, grammar):
        return False  # "thank you, you are very kind"
    inner = (*range(at, middle - 1), *range(middle, end - 1))
    if any(words[place].mark for place in inner) or not _by_accident(words[middle - 1], phrase, grammar):
        return False
    opening = opens(words, at) or (at > 0 and words[at - 1].broken)
    again = (
        opening and phrase[0] in grammar.words.repeatable | grammar.words.unfinished
    )  # "Ann" again is a name
    return ordinary(words, at, middle, opening=opening) and ordinary(words, middle, end, opening=again)


def _clause_begins(words: Sequence[Word], at: int, grammar: Grammar) -> bool:
    """Whether a clause begins with the word at a place: after a mark, or a word that joins clauses."""
    return opens(words, at) or words[at - 1].mark != "" or words[at - 1].key in grammar.words.joining


def _by_accident(last: Word, phrase: Sequence[str], grammar: Grammar) -> bool:
    """Whether a phrase is not said twice on purpose, going by its words and what follows its last one."""
    known = grammar.words
    if last.mark and not last.parted:
        return False
    if len(phrase) == 1:
        return last.key in known.repeatable or (last.parted and last.key in known.repeatable_parted)
    if last.broken or (last.mark and last.key in known.unfinished):
        return True
    lists = _both(phrase, grammar)
    return lists and (last.mark != "" or not {phrase[0], phrase[-1]} & known.joining)


def _both(phrase: Sequence[str], grammar: Grammar) -> bool:
    return all(key in grammar.words.repeatable or key in grammar.words.repeatable_together for key in phrase)


def false_starts(words: Sequence[Word], grammar: Grammar) -> Iterator[Span]:
    """A beginning that the next word shows to be given up: "the, our plan", "it, it's", nothing longer."""
    known = grammar.words
    for at in range(len(words) - 1):
        word, after = words[at], words[at + 1].key
        if not word.parted or word.key not in known.determiners | known.subjects:
            continue
        subject = after.partition("'")[0]
        if word.key in known.determiners:
            given_up = after != word.key and (after in known.determiners or subject in known.subjects)
        else:
            given_up = after != subject == word.key and _clause_begins(words, at, grammar)
        if given_up and ordinary(words, at, at + 1, opening=opens(words, at)):
            yield at, at + 1
