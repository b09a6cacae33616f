"""Whether what was asked is still asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import dropwhile, pairwise

from daemon.cleaning.checks.faithfulness import is_content, tokens
from daemon.cleaning.checks.meaning.doubt import Doubt
from daemon.cleaning.checks.meaning.losses import is_contracted
from daemon.cleaning.checks.speech import Speech
from daemon.cleaning.checks.stretches import SMALL_WORDS, Difference

# The mark of a question that goes on behind it and breaks off, with its last words: "a lock? Or do you want…"
_ASKED_ON = re.compile(r"\?\s+or\b[^.?!…]*(?:…|\.\.\.|[—–-])\s*$", re.I)
_MARKED = re.compile(r"[.?!…](?:\s|$)")  # a text with marks, by which what is asked is told
_SHORTEST_QUESTION = 3  # words
_LONGEST_STUTTER = 4  # words
_LONGEST_SUBJECT = 4  # words: "your brother", "the rest of it"
_I = 0  # the number of this person in a language's file
_BETWEEN_SENTENCES = re.compile(r"(?<=[.?!…])\s+")


def find_answered_question(
    original: str, cleaned: str, found: Sequence[Difference], speech: Speech
) -> Doubt | None:
    """A question that became a statement, in other words (1 of 996); the mark alone is a matter of taste."""
    if "?" in cleaned or "?" not in original or "?" not in speech.tag.sub("", original):
        return None
    if any(len(one.invented) >= SMALL_WORDS and any(map(is_content, one.invented)) for one in found):
        return Doubt("question", "a question became a statement")
    return None


def is_question_gone(original: str, cleaned: str, speech: Speech) -> bool:
    """Whether a text asked something, tags ("right?") apart, and asks nothing any more."""
    if "?" in cleaned or "?" not in original:
        return False
    asked = _ASKED_ON.sub("", speech.tag.sub("", original))
    sentences = [sentence for sentence in _BETWEEN_SENTENCES.split(asked) if "?" in sentence]
    return not all(
        _is_indirect(sentence, cleaned, speech) or _asks_by_denial(sentence, cleaned, speech)
        for sentence in sentences
    )


def _asks_by_denial(sentence: str, cleaned: str, speech: Speech) -> bool:
    """Whether a question begins with a denied verb and its subject, and still does: "can't you see that".

    It wants no answer, and its words can't be read as anything else. Of 1,551 questions made of turns, which
    lost their mark, 9 pass for this.
    """
    for verb, subject in pairwise(tokens(sentence)):
        if speech.denies(verb) and _may_ask(verb, subject, speech):
            return (verb, subject) in pairwise(tokens(cleaned))
        if verb not in speech.weightless or verb in speech.persons:
            return False
    return False


def _is_indirect(sentence: str, cleaned: str, speech: Speech) -> bool:
    """Whether a question is an indirect one: the speaker says himself that he asks, and still does.

    "My question would be on your cash?" asks nothing by its mark that its words don't. Of three turns of
    editors that were refused for a mark alone two are of this kind; of 1,551 questions made of turns, which
    lost their mark, none passes for this that has no such phrase before it. A comma behind the phrase begins
    a clause that may ask by itself: "let's see what he sold, did you pay?"
    """
    words = " ".join(tokens(sentence))
    phrase = speech.announced.search(words)
    if phrase is None or f" {phrase[0]} " not in f" {' '.join(tokens(cleaned))} ":
        return False
    behind = words[phrase.end() :].split()
    return len(behind) <= len(tokens(sentence.rpartition(",")[2]))


def is_question_turned(original: str, cleaned: str, found: Sequence[Difference], speech: Speech) -> bool:
    """Whether a verb and its subject, by which something was asked, stand the other way round: "you do"."""
    if not found or ("?" not in original and _MARKED.search(original)):
        return False
    said, came = (_drop_stutters(tokens(text), speech) for text in (original, cleaned))
    if _is_opening_turned(said, came, speech):
        return True
    if "?" not in cleaned and _is_opening_verb_gone(original, said, came, speech):
        return True
    after = Counter(pairwise(came))
    return any(
        _is_stated_anew(verb, subject, said, came, speech)
        for (verb, subject), times in Counter(pairwise(tokens(original))).items()
        if after[verb, subject] < times and _may_ask(verb, subject, speech)
    )


def _is_opening_turned(said: Sequence[str], came: Sequence[str], speech: Speech) -> bool:
    """Whether a passage that began with a verb and its subject begins with the subject: "du kannst".

    Where verbs that ask are known, anybody may be the subject: "can somebody", "is Karin". Elsewhere the
    speaker may not: who says "weiß ich nicht" of himself tells it.
    """
    (verb, *behind), now = (_drop_openers(keys, speech) or [""] for keys in (said, came))
    if not behind or verb in speech.persons:
        return False
    asks = verb in speech.asking if speech.asking else speech.persons.get(behind[0], _I) != _I
    return asks and any(
        behind[:size] == [*now[: size - 1], behind[size - 1]]
        and _list_stated(behind[size - 1], verb, now[size - 1 : size + 1], speech)
        and _is_stated_more_often(behind[size - 1], verb, said, came, speech)
        for size in range(1, min(_LONGEST_SUBJECT if speech.asking else 1, len(behind)) + 1)
    )


def _is_opening_verb_gone(original: str, said: Sequence[str], came: Sequence[str], speech: Speech) -> bool:
    """Whether a passage that began with a verb and its subject begins with the subject: "(do) you want tea".

    Who is named twice behind the verb begins anew: "did we, we went"; and so does the verb behind a
    hesitation: "can uh we can go".
    """
    (verb, *behind), now = (_drop_openers(keys, speech) or [""] for keys in (said, came))
    if verb not in speech.asking or len(behind) < _SHORTEST_QUESTION - 1 or behind[:2] != now[:2]:
        return False
    spoken = [key for key in tokens(original) if key not in speech.hesitations]
    asked = next((at for at, pair in enumerate(pairwise(spoken), 1) if pair == (verb, behind[0])), 0)
    subject = spoken[asked:]
    hesitates = len(spoken) < len(tokens(original))
    if hesitates and (behind[1] == verb or is_contracted(verb, behind[:1], speech)):
        return False
    return not any(
        subject[:size] == subject[size : 2 * size]
        for size in range(1, min(_LONGEST_SUBJECT, len(subject)) + 1)
    )


def _drop_openers(keys: Iterable[str], speech: Speech) -> list[str]:
    """Some words without those that weigh nothing before them."""
    return list(dropwhile((speech.weightless - speech.persons.keys()).__contains__, keys))


def _is_stated_more_often(
    subject: str, verb: str, said: Sequence[str], came: Sequence[str], speech: Speech
) -> bool:
    """Whether a subject stands before its verb more often now; not in "bin ich, ich bin gegangen"."""
    before, after = (_list_stated(subject, verb, keys, speech) for keys in (said, came))
    return len(after) > len(before)


def _is_stated_anew(
    verb: str, subject: str, said: Sequence[str], came: Sequence[str], speech: Speech
) -> bool:
    """Whether something that was asked is stated more often, or otherwise and not as it was behind that.

    "Are you, you are going" may become "you're going", but not "he's, is he coming" "he is coming".
    """
    before, now = (_list_stated(subject, verb, keys, speech) for keys in (said, came))
    asked = max((at for at, pair in enumerate(pairwise(said)) if pair == (verb, subject)), default=-1)
    is_told = any(at > asked for at, _ in before)
    is_new = Counter(is_short for _, is_short in now) - Counter(is_short for _, is_short in before)
    return bool(is_new) and (len(now) > len(before) or not is_told)


def _list_stated(subject: str, verb: str, keys: Sequence[str], speech: Speech) -> list[tuple[int, bool]]:
    """Where a subject stands before its verb, and whether it is contracted with it: "you are", "you're"."""
    stated = []
    for at, (key, following) in enumerate(pairwise((*keys, ""))):
        if (key, following) == (subject, verb):
            stated.append((at, False))
        elif key.partition("'")[0] == subject and is_contracted(verb, (key,), speech):
            stated.append((at, True))
    return stated


def is_question_asserted(original: str, cleaned: str, speech: Speech) -> bool:
    """Whether a question of a longer passage stands there as a statement of its words.

    Its mark alone is a matter of taste, but not where a verb and its subject open it, nor where they stand
    the other way round, or the verb is gone: "did he pay", "he paid" (none of 413 windows and 392 turns).
    """
    if cleaned.count("?") >= original.count("?"):
        return False
    statements = [
        words
        for sentence in _BETWEEN_SENTENCES.split(cleaned)
        if "?" not in sentence and len(words := _list_words(sentence, speech)) >= _SHORTEST_QUESTION
    ]
    return any(
        _is_asserted_by(_list_words(sentence, speech), statement, sentence, speech)
        for sentence in _BETWEEN_SENTENCES.split(original)
        if "?" in speech.tag.sub("", sentence)
        for statement in statements
    )


def _list_words(sentence: str, speech: Speech) -> list[str]:
    """The words of a sentence without hesitations, stutters, and what weighs nothing before it."""
    openers = speech.weightless - speech.persons.keys() - speech.subjects
    return list(dropwhile(openers.__contains__, _drop_stutters(tokens(sentence), speech)))


def _drop_stutters(keys: Iterable[str], speech: Speech) -> list[str]:
    """Some words without hesitations, those that were said twice in a row once."""
    words: list[str] = []
    for key in keys:
        if key not in speech.hesitations:
            words.append(key)
        for size in range(1, min(_LONGEST_STUTTER, len(words) // 2) + 1):
            if words[-size:] == words[-2 * size : -size]:
                del words[-size:]
    return words


def _is_asserted_by(question: Sequence[str], statement: Sequence[str], sentence: str, speech: Speech) -> bool:
    """Whether some words without a mark of a question say what was asked."""
    if len(question) < _SHORTEST_QUESTION or abs(len(question) - len(statement)) > 1:
        return False
    opening = next((pair for pair in pairwise(question[:4]) if _may_ask(*pair, speech)), None)
    if question == statement:
        cleaned = " ".join(statement)
        is_told_by_words = _is_indirect(sentence, cleaned, speech) or _asks_by_denial(
            sentence, cleaned, speech
        )
        return opening is not None and not is_told_by_words
    if sorted(question) == sorted(statement):
        return True
    if opening is None or opening in pairwise(statement):
        return False
    said = [key for key in question if key != opening[0]]
    missing = Counter(said) - Counter(statement)
    return statement[0] in said[:2] and missing.total() <= 1 < len(said) - missing.total()


def _may_ask(verb: str, subject: str, speech: Speech) -> bool:
    """Whether a pair of words may open a question: a verb that asks so, and somebody, "it" or "that"."""
    is_subject = subject in speech.persons or subject in speech.subjects
    return is_subject and verb not in speech.persons and verb in speech.asking
