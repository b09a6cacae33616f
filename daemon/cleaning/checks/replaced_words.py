"""Words that stand for others of the original, in a passage that is taken: for whoever reviews it.

Recognisers mishear, so a model may put a word right ("cricket", "crooked"); it may as well put in one that
only looks alike ("firm", "farm"). No rule tells the two apart, but whoever was there does. Of 389 short turns
of editors that are taken 14 have such a word, and half of the 413 windows: all were heard otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from rapidfuzz.distance import Prefix

from daemon.cleaning.checks.faithfulness import compare, drop_elided, find_changes, is_content, tokens
from daemon.cleaning.checks.meaning.doubt import Doubt
from daemon.cleaning.checks.speech import Speech, part_end
from daemon.cleaning.checks.stretches import find_differences, is_same
from daemon.text.differences import names
from daemon.text.languages.counting import is_number

_SHORTEST_STEM, _LONGEST_ENDING = 4, 2  # letters: "walked" and "walking", "colour" and "color"


def find_replaced_words(original: str, cleaned: str, speech: Speech) -> Doubt | None:
    """The words of content that stand for others, as one doubt; names are noted anyway."""
    known = {key for text in (original, cleaned) for name in names(text) for key in tokens(name)}
    pairs = [
        (was, now)
        for was, now in _list_pairs(original, cleaned, speech)
        if _is_another(was, now, speech) and not known.issuperset((was, now))
    ]
    if not speech.persons:
        pairs += _list_pairs_of_any(original, cleaned, speech)
    if not pairs:
        return None
    gone, new = (tuple(dict.fromkeys(side)) for side in zip(*pairs, strict=True))
    return Doubt("word", "a word was changed", gone, new)


def _list_pairs(original: str, cleaned: str, speech: Speech) -> Iterator[tuple[str, str]]:
    """The words that stand one for another: nearly the same, or with no others beside."""
    words = compare(original, cleaned, speech.hesitations)
    if all(words[at].gone for at in find_changes(words)):
        return
    yield from ((word.was, word.key) for word in words if word.swapped and is_same(word, speech))
    for one in find_differences(words, speech):
        gone = [key for key in one.before if key not in one.after and _tells_content(key, speech)]
        new = [key for key in one.after if key not in one.before and _tells_content(key, speech)]
        if len(gone) == len(new) == 1:
            yield gone[0], new[0]


def _list_pairs_of_any(original: str, cleaned: str, speech: Speech) -> Iterator[tuple[str, str]]:
    """Words for others in a language whose words nobody collected, small ones and single letters too."""
    for one in find_differences(compare(original, cleaned, speech.hesitations), speech):
        gone = [key for key in one.before if key not in one.after]
        new = [key for key in one.after if key not in one.before]
        if not any(map(str.isdigit, (*gone, *new))):
            yield from (pair for pair in product(gone, new) if Prefix.similarity(*pair) < _SHORTEST_STEM)


def _tells_content(key: str, speech: Speech) -> bool:
    is_telling = is_content(key) or speech.is_short_content(key)
    return is_telling and not is_number(key, speech.language)


def _is_another(was: str, now: str, speech: Speech) -> bool:
    """Whether a word of content is no form, spelling or tense of another one."""
    if not (_tells_content(was, speech) and _tells_content(now, speech)):
        return False
    one, other = drop_elided(was), drop_elided(now)
    same = min(len(one), len(other)) - _LONGEST_ENDING
    if not speech.persons:  # nor did anybody collect its tenses
        same = max(len(one), len(other)) - 1
    shortest = max(_SHORTEST_STEM, same)
    is_form = Prefix.similarity(one, other) >= shortest
    is_form |= one == part_end(other)[0] or other == part_end(one)[0]  # "dad's", "dad is"
    is_spelt = speech.spellings.get(was, was) == speech.spellings.get(now, now)
    is_spelt |= was.replace("'", "") == now.replace("'", "")  # "the boys bike"
    return not (is_form or is_spelt or speech.excludes_by_tense(was, now))
