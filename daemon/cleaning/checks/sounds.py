"""Whether one word can be heard for another: by the kinds of their consonants, in languages of Latin script.

Two people hear a vowel, a liquid, or a voiced and a voiceless sound one for the other ("crawl" and "claw",
"slides" and "slates"), and miss one ("mustard" and "muster"). Hardly ever do they hear a sound of another
kind in the middle of a word: "kissed" for "killed". Of the 188 words that stand for others in editors' short
turns that are taken none does.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

from rapidfuzz.distance import Indel, Levenshtein, Prefix

from daemon.cleaning.checks.faithfulness import is_content

_SHORTEST_WORD = 5  # letters: shorter ones are said in many ways, as Dutch "niks" for "niets"
_SHORTEST_STEM = 4  # letters: words that begin with the same ones may be forms of one ("grown", "growth")

_SPELLINGS = (
    (re.compile(r"^kn"), "n"),
    (re.compile(r"^(?:wr|rh)"), "r"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"sch|sh|ç|c(?=[eiy])|t(?=i[aeou])"), "s"),
    (re.compile(r"ch|gh|dg(?=[eiy])|g(?=[eiy])|j"), ""),  # of one kind here, of another there
    (re.compile(r"x"), "ks"),
)
_KINDS = str.maketrans("bpfvdtkgcqszmnlr", "pppptt" + "kkkk" + "ss" + "nn" + "ll")
_CONSONANTS = frozenset("ptksnl")


def sounds_otherwise(was: str, key: str) -> bool:
    """Whether two words that begin alike have consonants of other kinds, their last ones and forms apart."""
    if min(len(was), len(key)) < _SHORTEST_WORD or was[0] != key[0]:
        return False
    if not (is_content(was) and is_content(key)) or Prefix.similarity(was, key) >= _SHORTEST_STEM:
        return False
    said, came = _list_kinds(was)[:-1], _list_kinds(key)[:-1]
    # fewer edits than without putting one in the place of another
    return Levenshtein.distance(said, came) < Indel.distance(said, came)


@lru_cache(maxsize=8192)
def _list_kinds(word: str) -> str:
    """The kinds of the consonants of a word, one after the other: "ktl" of "cattle"."""
    letters = word.partition("'")[0]
    for pattern, spelling in _SPELLINGS:
        letters = pattern.sub(spelling, letters)
    kinds = unicodedata.normalize("NFD", letters).translate(_KINDS)
    kinds = kinds.replace("nt", "ns")  # "lending", "Lenzing"
    return "".join(kind for kind, _ in groupby(filter(_CONSONANTS.__contains__, kinds)))
