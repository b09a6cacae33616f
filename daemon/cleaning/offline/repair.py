"""Text made whole where words were taken out, and capitals where sentences begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from daemon.cleaning.offline.language import Grammar
from daemon.cleaning.offline.words import Span, Word, capitalise_word, opens_sentence, replace_text
from daemon.text.languages.counting import is_number
from daemon.text.names.likeness import is_common_name

_ENDS = (".", "!", "?")
_ATTACHED = ",.?!"
_BULLETS = "-–—>♪♫•*"
_QUOTES = ('"', "“", "”", "»", "«", "'", "’", "‘")
_DIGIT = re.compile(r"\d")
_NEAR = 2  # words after a gap among which a number may be another than that before it
_BESIDE_HESITATION = 0.5  # what a silence counts for that shows someone searching for words


def remove_spans(words: Sequence[Word], spans: Iterable[Span], grammar: Grammar) -> list[Word]:
    """The words without some spans; what is left of their marks and silence goes to the word before."""
    out: list[Word] = []
    rest = list(words)
    done = 0
    for first, last in spans:
        out += rest[done:first]
        done = last
        gone, following = rest[first:last], rest[last : last + _NEAR]
        if out and following and out[-1].is_dash and following[0].is_dash:
            out.pop()  # of "he - um - left" one dash is left
        if out:
            opening = opens_sentence(out, len(out) - 1)
            out[-1] = _close_gap(out[-1], gone, following, grammar, opening=opening)
        elif following and following[0].is_dash:
            done = last + 1
            following = rest[done : done + _NEAR]
            last = done
        if following and (not out or out[-1].ends or _takes_capital(out[-1], gone[0], following[0], grammar)):
            rest[last] = capitalise_word(following[0])
    return out + rest[done:]


def _takes_capital(before: Word, gone: Word, after: Word, grammar: Grammar) -> bool:
    """Whether the capital of what is gone is now that of the next word: it was said again, or began anew."""
    if not gone.text[:1].isupper():
        return False
    began = not before.key or before.broken or before.text.endswith((")", "]", ":"))
    return gone.key == after.key or (began and gone.key not in grammar.words.capitals)


def _close_gap(
    before: Word, gone: Sequence[Word], following: Sequence[Word], grammar: Grammar, *, opening: bool
) -> Word:
    """The word before a gap: it ends the sentence if that did, and loses a comma that only fenced it."""
    last = gone[-1]
    quiet = max(word.silence for word in gone) * _BESIDE_HESITATION
    before = before._replace(silence=max(before.silence, quiet), hesitant=True)
    if last.mark in _ENDS and not before.ends and not before.broken:
        tag = last.mark == "?" and not grammar.hesitates(last.key)
        return replace_text(before, before.text.rstrip(",;:") + ("." if tag else last.mark))
    if not before.mark and last.mark == "," and following and _was_clause(before, gone, grammar):
        return replace_text(before, f"{before.text},")
    if before.mark not in (",", ".,") or not before.key:
        return before
    if not following:
        return replace_text(before, before.text[:-1] + last.mark) if last.broken else before
    capital = last.text.isupper() and any(_is_light(word.key, grammar) for word in (before, following[0]))
    own = (
        last.mark != ","
        or (not capital and _are_two_names(before, following[0], grammar, opening=opening))  # "WE, UH, GO"
        or _parts(before, following, grammar)
    )
    return before if own else replace_text(before, before.text[:-1])


def _was_clause(before: Word, gone: Sequence[Word], grammar: Grammar) -> bool:
    """Whether a marker is gone whose comma ended a clause: Portuguese "é bom né, a gente foi"."""
    keys = tuple(word.key for word in gone)
    is_marker = any(marker.words == keys for marker in grammar.markers.get(keys[0], ()))
    return is_marker and before.key != "" and not _is_light(before.key, grammar)


def _parts(before: Word, following: Sequence[Word], grammar: Grammar) -> bool:
    """Whether a comma belongs between a word and those that now follow it."""
    known, after = grammar.words, following[0]
    if before.key == after.key or after.text.startswith(_QUOTES):
        return True
    if before.key in known.linking | (known.joining & known.unfinished):
        return False  # editors leave no comma in "and, um, we"
    if before.key in known.comma_stays_after or (after.key in known.comma_stays_after and after.mark):
        return True
    if _are_two_numbers(before, following, grammar):
        return True
    if after.key not in known.comma_stays_before or (after.ends and after.key in known.objects):
        return False
    adverb = after.key in known.comma_stays_after - known.linking  # "I was, like, so tired"
    return not (adverb and before.key in known.unfinished)


def _are_two_numbers(before: Word, following: Sequence[Word], grammar: Grammar) -> bool:
    """Whether a number and those that now follow it would be read as one: "five six"."""
    if following[0].key in grammar.scales or not _counts(before, grammar):
        return False
    return any(_counts(word, grammar) for word in following)


def _counts(word: Word, grammar: Grammar) -> bool:
    return grammar.counts(word.key) or any(is_number(part, grammar.code) for part in word.key.split("-"))


def _are_two_names(before: Word, after: Word, grammar: Grammar, *, opening: bool) -> bool:
    """Whether a name and that which now follows it would be read as one: "Ann Ben"."""
    if not (before.text[:1].isupper() and after.text[:1].isupper()) or after.key in grammar.words.capitals:
        return False
    if before.mark == ".,":  # "Mr., um, Smith"
        return False
    if opening:
        return is_common_name(before.key) or not _is_light(before.key, grammar)
    return before.key not in grammar.words.capitals


def _is_light(key: str, grammar: Grammar) -> bool:
    """Whether a word is one of those that hold a sentence together, which no name is."""
    known = grammar.words
    lists = (known.joining, known.unfinished, known.introducing, known.clause_ends, known.objects)
    others = (known.subjects, known.continuing, known.opening, known.comma_stays_before)
    return any(key in words for words in (*lists, *others))


def attach_marks(words: Sequence[Word], grammar: Grammar) -> list[Word]:
    """The words, with a mark that stands alone put to the word before it."""
    out: list[Word] = []
    for word in words:
        loose = not word.key and word.text.strip(_ATTACHED) == ""
        if out and loose and word.text not in grammar.words.spaced_marks:
            out[-1] = replace_text(out[-1]._replace(silence=word.silence), out[-1].text + word.text)
        else:
            out.append(word)
    return out


def capitalise_sentences(words: Sequence[Word], grammar: Grammar) -> list[Word]:
    """The words, with capitals where sentences begin, and on what always has one ("I")."""
    out: list[Word] = []
    begins = True
    for word in words:
        if begins or (word.key in grammar.words.capitals and word.mark != "."):
            word = capitalise_word(word)
        out.append(word)
        if not is_bullet(word):
            begins = word.mark != "" and word.ends and _may_end(word, grammar)
    return out


def _may_end(word: Word, grammar: Grammar) -> bool:
    """Whether a word that a full stop or its like follows may end a sentence before one in lower case."""
    if word.text.endswith(_QUOTES):  # "What is it?" he asked
        return False
    return _DIGIT.sub("0", word.key) not in grammar.words.abbreviations


def is_bullet(word: Word) -> bool:
    """Whether it is what stands before a sentence: a dash, an arrow, a note."""
    return word.text.strip(_BULLETS) == ""
