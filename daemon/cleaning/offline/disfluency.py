"""What speakers say and don't mean: hesitations, stutters, false starts.

Each rule finds and changes nothing: it yields the spans of words to leave out, first and past the last,
ascending and apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from daemon.cleaning.offline.language import Grammar
from daemon.cleaning.offline.words import Span, Word, are_ordinary, opens_sentence
from daemon.text.names.likeness import is_common_name

_LONGEST_NAMED = 4  # words between what says that a word is spoken of and that word
_LONGEST_BEGUN = 4  # words before a broken one that are said again with it
_LONGEST_FRAGMENT = 3  # letters; longer ones without a vowel are abbreviations
_NEAR = 6  # words that tell how a sentence is written, and in which language
_LEAST_SHOUTED = 3  # words in capitals that are no row of abbreviations
_OPENING_QUOTES, _CLOSING_QUOTES = ("«", '"', "“", "„"), ("»", '"', "”")
_VOWELS = frozenset("aeiouyáéíóúàèìòùâêîôûäëïöüãõåæøœąęıăőűěůýаеёиіїоуыэюяє")


def find_fillers(words: Sequence[Word], grammar: Grammar) -> Iterator[Span]:
    """Sounds of hesitation: "um", "uh"; "er" only where commas set it off, for it may be the ER."""
    for at, word in enumerate(words):
        hesitates = grammar.hesitates(word.key)
        if not hesitates and not (word.key in grammar.words.fillers_set_off and _set_off(words, at)):
            continue
        if word.bare and not (
            _is_name(words, at, hesitates=hesitates)
            or _answers(words, at, grammar)
            or _is_named(words, at, grammar)
            or _is_quoted(words, at)
            or _is_foreign(words, at, grammar)
        ):
            yield at, at + 1


def _set_off(words: Sequence[Word], at: int) -> bool:
    closed = words[at].mark != "" or any(word.is_dash for word in words[at + 1 : at + 2])
    return closed and (at == 0 or words[at - 1].mark != "")


def _is_name(words: Sequence[Word], at: int, *, hesitates: bool) -> bool:
    """Whether a sound is written as a name: "UM", "Mr. Um"; and one that is a word, too, in "Thanks, Ben"."""
    word = words[at]
    if word.text.isupper() and len(word.key) > 1:
        return not (_set_off(words, at) and _is_shouted(words, at))
    if not word.text[:1].isupper():
        return False
    if opens_sentence(words, at):
        return not hesitates and is_common_name(word.key)
    before = words[at - 1]
    if not hesitates:
        return before.mark == ","
    named = before.key[-1:].isalnum() and before.mark in ("", ".")
    return named and (before.text[:1].isupper() or not word.mark)


def _is_shouted(words: Sequence[Word], at: int) -> bool:
    """Whether all words near one are in capitals, as broadcasters write captions: "UM, WE WILL GO"."""
    near = [word.text for word in (*words[max(0, at - _NEAR) : at], *words[at + 1 : at + 1 + _NEAR])]
    return len(near) >= _LEAST_SHOUTED and all(not any(map(str.islower, text)) for text in near)


def _answers(words: Sequence[Word], at: int, grammar: Grammar) -> bool:
    """Whether a sound is one of two that mean yes: "uh huh"."""
    pairs = (words[max(0, first) : first + 2] for first in (at - 1, at))
    return any(
        len(pair) == 2 and not pair[0].mark and f"{pair[0].key} {pair[1].key}" in grammar.words.assents
        for pair in pairs
    )


def _is_named(words: Sequence[Word], at: int, grammar: Grammar) -> bool:
    """Whether a sound is spoken of: "the word um", "words like um and uh"."""
    known = grammar.words
    for word in reversed(words[max(0, at - _LONGEST_NAMED) : at]):
        if word.mark:
            return False
        if word.key in known.naming:
            return True
        if not (word.key in known.comparing or word.key in known.linking or grammar.hesitates(word.key)):
            return False
    return False


def _is_quoted(words: Sequence[Word], at: int) -> bool:
    """Whether a quotation begins or ends with it whose marks stand alone: French `« euh »`."""
    before, after = words[max(0, at - 1) : at], words[at + 1 : at + 2]
    begins = any(word.text in _OPENING_QUOTES for word in before)
    return begins or any(not word.key and word.text[:1] in _CLOSING_QUOTES for word in after)


def _is_foreign(words: Sequence[Word], at: int, grammar: Grammar) -> bool:
    """Whether a sound is a word of the language that its sentence is in: German "um neun" below English."""
    if words[at].mark:
        return False
    near: set[str] = set()
    for word in takewhile(lambda word: not word.ends, reversed(words[max(0, at - _NEAR) : at])):
        near.add(word.key)
    for word in words[at : at + _NEAR]:
        near.add(word.key)
        if word.ends:
            break
    return grammar.reads_as_another(words[at].key, near)


def find_stutters(words: Sequence[Word], grammar: Grammar) -> Iterator[Span]:
    """What was broken off: begun anew ("th- there's", "a pro- a problem"), or but first sounds ("th- a")."""
    done = 0
    for at in range(len(words) - 1):
        word = words[at]
        if word.mark != "-" or not word.bare or not word.key.isalpha() or grammar.keeps(word.key):
            continue
        if _shares_its_end(words, at, grammar):
            continue
        if first := _find_phrase_begun_anew(words, at, done, grammar):
            yield first
        elif _begun_anew(words, at, at + 1, grammar) or _is_fragment(word, grammar):
            yield at, at + 1
        else:
            continue
        done = at + 1


def _shares_its_end(words: Sequence[Word], at: int, grammar: Grammar) -> bool:
    """Whether a word is written without the end that it has in common with a later one: "x- and y-axis"."""
    return words[at + 1].key in grammar.words.linking and any(
        "-" in word.text for word in words[at + 2 : at + 3]
    )


def _find_phrase_begun_anew(words: Sequence[Word], at: int, done: int, grammar: Grammar) -> Span | None:
    """The words up to a broken one, if all of them follow again and the broken one is whole then."""
    for first in range(at - 1, max(done, at - _LONGEST_BEGUN) - 1, -1):
        if words[first].mark or grammar.keeps(words[first].key):
            return None
        again = at + 1 + at - first
        if again >= len(words):
            return None
        said_again = [(word.key, "") for word in words[first:at]]
        if [(word.key, word.mark) for word in words[at + 1 : again]] != said_again:
            continue
        opening = opens_sentence(words, first)
        if are_ordinary(words, first, at, opening=opening) and _begun_anew(words, at, again, grammar):
            return first, at + 1
    return None


def _begun_anew(words: Sequence[Word], at: int, again: int, grammar: Grammar) -> bool:
    """Whether another word begins with a broken one, and both are names or neither is."""
    word, after = words[at], words[again]
    if after.key == word.key or not after.key.startswith(word.key) or grammar.keeps(after.key):
        return False
    return are_ordinary(words, at, at + 1, opening=opens_sentence(words, at)) or after.text.startswith(
        word.text[:-1]
    )


def _is_fragment(word: Word, grammar: Grammar) -> bool:
    """Whether a broken word is none: a letter, or so few without a vowel; not "I", nor "TV-" and "A-"."""
    if len(word.key) == 1:
        known = grammar.words
        return word.text[0].islower() and word.key not in known.repeatable | known.unfinished | known.joining
    return len(word.key) <= _LONGEST_FRAGMENT and not _VOWELS & set(word.key) and word.text[1:].islower()


def find_false_starts(words: Sequence[Word], grammar: Grammar) -> Iterator[Span]:
    """A beginning that the next word shows to be given up: "the, our plan", "it, it's", nothing longer."""
    known = grammar.words
    for at in range(len(words) - 1):
        word, after = words[at], words[at + 1].key
        if not word.parted or word.key not in known.determiners | known.subjects:
            continue
        if _is_in_list(words, at, grammar) or (word.key in known.exclaimed and opens_sentence(words, at)):
            continue  # "our, your and my house", "My, it's cold"
        subject = after.partition("'")[0]
        if word.key in known.determiners:
            given_up = after != word.key and (after in known.determiners or subject in known.subjects)
        else:
            given_up = after != subject == word.key and _begins_clause(words, at, grammar)
        if given_up and are_ordinary(words, at, at + 1, opening=opens_sentence(words, at)):
            yield at, at + 1


def _is_in_list(words: Sequence[Word], at: int, grammar: Grammar) -> bool:
    """Whether the word after one at a place goes on with a list of its like."""
    known, after, third = grammar.words, words[at + 1], words[at + 2 : at + 3]
    if after.key not in known.determiners:
        return False
    return after.mark == "," or any(word.key in known.linking for word in third)


def _begins_clause(words: Sequence[Word], at: int, grammar: Grammar) -> bool:
    """Whether a clause begins with the word at a place: after a mark, or a word that joins clauses."""
    return opens_sentence(words, at) or words[at - 1].mark != "" or words[at - 1].key in grammar.words.joining
