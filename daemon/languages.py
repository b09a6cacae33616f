"""Which language a text is in, as far as its script and its commonest words tell; and what names mean."""

from __future__ import annotations

import re
from collections import Counter

_COMMON = {
    "en": "the and you that it this what have with they but not are from there would just about we i is was",
    "de": "der die das und ich nicht ist ein eine es sie wir auch auf mit für den dem zu von aber wie dass",
    "fr": "le la les et je ne pas est un une que qui dans pour nous vous des du ce mais avec sur il elle",
    "es": "el la los las y que no es un una en por para con se lo como pero más nos yo está muy eso del",
    "it": "il la che e non è un una di per con sono come ma si anche più mi questo nel della gli lo ci",
    "pt": "o a os as e que não é um uma em para com se mas mais por como eu você isso muito da do está",
    "nl": "de het een en ik niet is dat van op te in zijn met voor maar ook je we die er aan dit was",
    "sv": "och att det är en som inte jag på för med har vi den av ett om men så kan till var de",
    "pl": "i w nie to się na że z jest jak do ale co tak po od już czy tego za o są przez dla",
    "tr": "bir ve bu için da de ne çok ama ben sen daha var gibi ile olarak değil mi o biz kadar",
    "vi": "là và của có không được cho một các những người này đó với trong tôi thì mà đã như khi anh",
}
_WORDS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_LEAST_SHARE = 0.12  # of the words; speech has three times as many of these, another language next to none
_LEAST_WORDS = 8

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_LEAST_LETTERS = 0.2  # of all letters, for a script to tell the language

_NAMES = {
    "en": "english", "de": "german deutsch", "fr": "french français", "es": "spanish español castellano",
    "it": "italian italiano", "pt": "portuguese português", "nl": "dutch nederlands", "sv": "swedish svenska",
    "pl": "polish polski", "tr": "turkish türkçe", "vi": "vietnamese", "ja": "japanese 日本語",
    "ko": "korean 한국어", "zh": "chinese mandarin 中文", "ru": "russian русский", "el": "greek",
    "he": "hebrew", "ar": "arabic", "hi": "hindi", "th": "thai",
}  # fmt: skip
_CODES = {name: code for code, names in _NAMES.items() for name in (code, *names.split())}


def code_of(name: str) -> str | None:
    """The code of a language's name ("German", "de", "de-AT", "Brazilian Portuguese"), None if unknown."""
    parts = re.split(r"[\s,()_-]+", name.strip().casefold())
    return next((_CODES[part] for part in parts if part in _CODES), None)


def language_of(text: str) -> str | None:
    """The code of the language a text is in; None where it is too short or not one of those known."""
    letters = sum(char.isalpha() for char in text)
    for code, script in _SCRIPTS:
        if letters and len(script.findall(text)) >= _LEAST_LETTERS * letters:
            return code
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(words) < _LEAST_WORDS:
        return None
    counts = Counter({code: sum(word in common for word in words) for code, common in _WORDS.items()})
    (best, most), (_, second) = counts.most_common(2)
    return best if most >= _LEAST_SHARE * len(words) and most > second else None
