"""The words of a language by which a sentence says who does what, how many, and whether at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from daemon.cleaning.checks.faithfulness import drop_elided, is_content, tokens
from daemon.text.languages import code_of, language_by_start
from daemon.text.languages.knowledge import Language, Meaning, load, words_of_all

_ENGLISH = "en"
_DENYING_PREFIXES = frozenset(
    {"un", "in", "im", "il", "ir", "dis", "des", "non", "on", "mis", "ne", "nie", "не"}
)
_METRIC_PREFIXES = (
    *("kilo", "kiló", "quilo", "quiló", "quilô", "chilo", "hecto", "deci", "centi", "centí", "zenti"),
    *("milli", "mili", "milí", "micro", "mikro", "micró", "nano", "nanó", "mega", "giga", "gigá", "tera"),
)
"""In the languages that have them, with the accent that Spanish puts on some."""
_METRIC_UNITS = frozenset(
    {"gr", "me", "mè", "li", "wa", "va", "he", "vo", "by", "bi", "oc", "am", "ca", "be"}
)
"""How units with these prefixes begin; none begins as another of its language does."""
_OPPOSED_PREFIXES = (
    ("hyper", "hypo"),
    ("hiper", "hipo"),
    ("iper", "ipo"),
    ("pre", "post"),
    ("inter", "intra"),
    ("over", "under"),
)
_SHORTEST_STEM = 4  # letters: "unhappy"; but "until"
CONTENT_LETTERS = 3
"""So short words, and shorter ones, are others where a letter is: "kid" and "kit"."""
_SHORTEST_UNIT = 4  # letters: "gram"; but "micron"
_MICRO, _MU = "\u00b5\u03bc"  # the sign and the Greek letter, which look alike
_SAME_BEGINNING = 2  # letters, of two degrees of an adjective
_SHORTEST_VERB = 3  # letters: "asked"; but "used"
_LONGEST_DOUBLED = 5  # letters, the last one doubled: "stopped" of "stop"; but "referred"
DENIED_END = "n't"
_FIGURES = "0123456789"
_ONE_LETTER_WORDS = frozenset("aeiouykswvz")  # of languages in Latin letters: Spanish "y", Polish "w"
_DENIED_STEMS = {"can't": "can", "cannot": "can", "won't": "will", "shan't": "shall"}  # the others: "don't"
_SURE_ENDS = frozenset({"m", "re", "s", "ve"})  # "hes" is no word, but "hell" and "shed" are
_CONTRACTED_LETTERS = (1, 2)  # of a modal verb that are left: "I'd", "I'll"
_LONGEST_BETWEEN = 3  # words in the place of a * in a phrase
_NOTHING = re.compile(r"(?!)")
_TELLING_LETTER = re.compile(r"[\u30a1-\u30fa\u3400-\u9fff]")  # Chinese letters, Japanese katakana
_HANGUL_WORD = re.compile(r"[\uac00-\ud7a3]{2,}")
_MARKS = ",.;:?!…–—-"


class Speech(NamedTuple):
    """The words of one language by which a sentence says who, and whether at all (see its file).

    `language` is its code. `terms` are the words of the names and terms that a recording's glossary spells.
    """

    language: str
    number_words: frozenset[str] = frozenset()
    negations: frozenset[str] = frozenset()
    persons: Mapping[str, int] = MappingProxyType({})
    meant: Mapping[str, frozenset[int]] = MappingProxyType({})
    alternatives: Mapping[str, frozenset[str]] = MappingProxyType({})
    answers: frozenset[str] = frozenset()
    before_answers: frozenset[str] = frozenset()
    weightless: frozenset[str] = frozenset()
    tag: re.Pattern[str] = _NOTHING
    qualifiers: frozenset[str] = frozenset()
    symbols: Mapping[str, frozenset[str]] = MappingProxyType({})
    common: frozenset[str] = frozenset()
    modals: frozenset[str] = frozenset()
    short_words: frozenset[str] = frozenset()
    spellings: Mapping[str, str] = MappingProxyType({})
    asking: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    past_endings: frozenset[str] = frozenset()
    pasts: Mapping[str, frozenset[str]] = MappingProxyType({})
    impersonal: frozenset[str] = frozenset()
    unfinished: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    modal_ends: frozenset[str] = frozenset()
    perfect: frozenset[str] = frozenset()
    telling_phrases: frozenset[tuple[str, ...]] = frozenset()
    quantifiers: frozenset[str] = frozenset()
    announced: re.Pattern[str] = _NOTHING
    set_off: re.Pattern[str] = _NOTHING
    set_off_words: frozenset[str] = frozenset()
    set_off_phrases: tuple[str, ...] = ()
    respelt_words: frozenset[str] = frozenset()
    spoken: Mapping[str, str] = MappingProxyType({})
    units: Mapping[str, str] = MappingProxyType({})
    hundredths: frozenset[str] = frozenset()
    corrections: re.Pattern[str] = _NOTHING
    correcting_words: frozenset[str] = frozenset()
    address_signs: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    may_only_go: frozenset[str] = frozenset()
    present_endings: frozenset[str] = frozenset()
    degree_endings: frozenset[str] = frozenset()
    gradable: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    degrees: frozenset[str] = frozenset()
    firm_modals: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    complements: frozenset[str] = frozenset()
    claiming: frozenset[str] = frozenset()
    joining: frozenset[str] = frozenset()
    fractions: frozenset[str] = frozenset()
    clause_joining: frozenset[str] = frozenset()
    opening: frozenset[str] = frozenset()
    determiners: frozenset[str] = frozenset()
    before_numerals: frozenset[str] = frozenset()
    figures: Sequence[str] = ()
    points: frozenset[str] = frozenset()
    spelt: Mapping[str, str] = MappingProxyType({})
    unmarked: Mapping[str, str] = MappingProxyType({})
    progress_endings: frozenset[str] = frozenset()
    synonyms: Mapping[str, frozenset[str]] = MappingProxyType({})
    function_words: frozenset[str] = frozenset()
    empty_phrases: tuple[tuple[str, ...], ...] = ()

    def modal_end_of(self, key: str) -> str:
        """The end of a word that is a modal verb contracted: "ll" of "we'll"; "" where there is none."""
        end = key.partition("'")[2]
        return end if end in self.modal_ends and not key.endswith(DENIED_END) else ""

    def perfect_end_of(self, key: str) -> str:
        """The same of a verb that makes a perfect: "ve" of "we've"; not "s", which may be "is"."""
        end = key.partition("'")[2]
        return end if len(end) > 1 and any(verb.endswith(end) for verb in self.perfect) else ""

    @property
    def hesitations(self) -> frozenset[str]:
        """The hesitations of all languages but for those that are words of this one."""
        return find_hesitations(self.language)

    def denies(self, key: str) -> bool:
        """Whether a word denies what is said with it, wherever it stands; contracted too: "nobody's"."""
        return key in self.negations or key.endswith(DENIED_END) or part_end(key)[0] in self.negations

    def is_short_content(self, key: str) -> bool:
        """Whether a word of three letters carries content: "dog's", "red"; no word does where none is known.

        In Hangul, of which each letter is a syllable, two are enough.
        """
        if not key.isascii() and _HANGUL_WORD.fullmatch(key):
            return key not in self.function_words
        key = part_end(key)[0]
        is_word = len(key) == CONTENT_LETTERS and key.isalpha()
        return bool(self.short_words) and is_word and key not in self.short_words

    def is_telling_letter(self, key: str) -> bool:
        """Whether a letter tells something by itself: a Chinese one, or katakana."""
        return not key.isascii() and bool(_TELLING_LETTER.fullmatch(key)) and key not in self.function_words

    def is_letter(self, key: str) -> bool:
        """Whether a word is a single Latin letter, and no word of the language: "C" of "vitamin C"."""
        is_latin = len(key) == 1 and key.isascii() and key.isalpha()
        return is_latin and key not in (self.short_words or _ONE_LETTER_WORDS)

    def is_another_letter(self, key: str, other: str) -> bool:
        """Whether one letter became another: "plan B", "plan A"; behind the same figures, too: "4B", "4D"."""
        letter, other_letter = (word.strip(_FIGURES) for word in (key, other))
        is_one_each = len(letter) == len(other_letter) == 1 and (letter + other_letter).isascii()
        if not is_one_each or letter == other_letter or not (letter + other_letter).isalpha():
            return False
        if len(key) > 1:
            return key.replace(letter, "") == other.replace(other_letter, "")
        is_somebody = key in self.persons or other in self.persons  # "I" stands beside letters spelt out
        return not is_somebody and (self.is_letter(key) or self.is_letter(other))

    def drop_phrases(self, keys: Sequence[str]) -> Sequence[str]:
        """Some words without the phrases that say nothing: "you know", Swedish "du vet"."""
        for phrase in self.empty_phrases:
            size = len(phrase)
            if phrase[0] not in keys:
                continue
            starts = [at for at in range(len(keys) - size + 1) if tuple(keys[at : at + size]) == phrase]
            for at in reversed(starts):
                keys = (*keys[:at], *keys[at + size :])
        return keys

    def excludes(self, key: str, other: str) -> bool:
        """Whether one word can't mean what the other does: "before" and "after", "hours" and "days"."""
        key, other = undeny(key), undeny(other)  # whether either is denied is asked elsewhere
        (stem, end), (other_stem, other_end) = part_end(key), part_end(other)
        if end and end == other_end and is_content(stem) and self.excludes(stem, other_stem):
            return True  # but "here's" is misheard for "there's"
        return (
            other in self.alternatives.get(key, ())
            or drop_elided(other) in self.alternatives.get(drop_elided(key), ())
            or self._is_other_modal(key, other)
            or is_denied_form(key, other)
            or is_denied_form(other, key)
            or _has_another_prefix(key, other)
            or _is_another_unit(key, other)
            or self.excludes_by_tense(key, other)
            or self._is_told_as_done(key, other)
            or (
                key[:_SAME_BEGINNING] == other[:_SAME_BEGINNING]
                and (self._is_more_than(key, other) or self._is_more_than(other, key))
            )
        )

    def limits_alike(self, keys: Iterable[str], others: Iterable[str]) -> bool:
        """Whether a word that limits what is said has one like it among others: "less" and "fewer"."""
        return any(not self.synonyms.get(key, frozenset()).isdisjoint(others) for key in keys)

    def _is_other_modal(self, key: str, other: str) -> bool:
        """Whether of two verbs that may ask one says that it can be or will be: "don't" and "can't"."""
        if key not in self.asking or other not in self.asking:
            return False
        return (key in self.modals) != (other in self.modals)

    def excludes_by_tense(self, key: str, other: str) -> bool:
        """Whether one word is the past of the other."""
        return self.is_past_of(key, other) or self.is_past_of(other, key)

    def _is_told_as_done(self, key: str, other: str) -> bool:
        """Whether a word for what goes on has become one for what is over: "building" and "built"."""
        return any(
            self.is_past_of(other, stem)
            for ending in self.progress_endings
            if key.endswith(ending)
            for stem in (key.removesuffix(ending), f"{key.removesuffix(ending)}e")
        )

    def part_prefix(self, key: str, other: str) -> tuple[str, str]:
        """Two words without what stands before both and makes them alike: "gestiegen", "l'eau"."""
        if "'" in key and key.partition("'")[0] == other.partition("'")[0]:
            key, other = drop_elided(key), drop_elided(other)
        shared = max(
            (one for one in self.prefixes if key.startswith(one) and other.startswith(one)),
            default="",
            key=len,
        )
        rests = key[len(shared) :], other[len(shared) :]
        return rests if min(map(len, rests)) >= _SHORTEST_VERB else (key, other)

    def _is_more_than(self, key: str, other: str) -> bool:
        """Whether a word is another one in a higher degree: "taller" of "tall", "latest" of "later"."""
        return any(
            other in (stem, *(self._raise(stem, lower) for lower in self.degree_endings if lower != ending))
            for ending in self.degree_endings
            if key.endswith(ending)
            for stem in self._list_stems(key[: -len(ending)])
        )

    def _list_stems(self, rest: str) -> list[str]:
        """The adjectives that a word without its ending may be: "big" of "bigg", "nice" of "nic"."""
        forms = (rest, f"{rest}e", rest[:-1] if rest[-1:] == rest[-2:-1] else rest, f"{rest[:-1]}y")
        return [form for form in forms if form in self.gradable]

    def is_past_of(self, key: str, other: str) -> bool:
        """Whether a word is the past of another one: "walked" of "walk" and "walks", "sold" of "sell"."""
        if other in self.pasts.get(key, ()):
            return True
        elided, apostrophe, rest = key.partition("'")
        if (
            apostrophe
            and other.startswith(elided + apostrophe)
            and other[len(elided) + 1 :] in self.pasts.get(rest, ())
        ):
            return True
        stems = {key[: -len(ending)] for ending in self.past_endings if key.endswith(ending)}
        shortest = min(map(len, stems), default=0)
        if shortest < _SHORTEST_VERB:
            return False
        stems |= {stem[:-1] for stem in stems if stem[-1] == stem[-2] and len(stem) <= _LONGEST_DOUBLED}
        stems |= {f"{stem[:-1]}y" for stem in stems if stem.endswith("i")}  # "carried" of "carry"
        endings = [ending for ending in self.present_endings if other.endswith(ending)]
        return not stems.isdisjoint((other, *(other[: -len(ending)] for ending in endings)))

    @staticmethod
    def _raise(stem: str, ending: str) -> str:
        """An adjective with an ending; of those that double a letter one form is enough."""
        return f"{stem[:-1]}i{ending}" if stem.endswith("y") else f"{stem.removesuffix('e')}{ending}"


def undeny(key: str) -> str:
    """A verb without what denies it: "can" of "can't" and of "cannot"; any other word as it is."""
    return _DENIED_STEMS.get(key, key.removesuffix(DENIED_END))


def part_end(key: str) -> tuple[str, str]:
    """A word without what English writes behind its apostrophe, and that: "nobody" and "s" of "nobody's".

    What other languages elide stands before one, and is mostly shorter than what it belongs to: "l'hiver".
    """
    stem, _, end = key.partition("'")
    return (stem, end) if len(stem) >= len(end) and not key.endswith(DENIED_END) else (key, "")


def is_denied_form(key: str, other: str) -> bool:
    """Whether a word is another one with a prefix that denies it: "unhappy", "impossible"."""
    stem_at = len(key) - len(other)
    is_longer = stem_at > 1 and len(other) >= _SHORTEST_STEM and key.endswith(other)
    return is_longer and key[:stem_at] in _DENYING_PREFIXES


def speech_for(text: str, spoken: str | None = None) -> Speech:
    """That of the language a text is in, told from how it begins.

    Where it can't be told it is the one that is `spoken` around it (a code or name), else English.
    """
    return speech_of(language_by_start(text) or code_of(spoken or "") or _ENGLISH)


@cache
def speech_of(code: str) -> Speech:
    """What is known of a language, by its code; little where its words were not put together."""
    language = load(code)
    if language is None:
        return Speech(code)
    number_words = _fold_words(language.numbers) if code != _ENGLISH else frozenset[str]()
    speech = Speech(code, number_words, language.negations, qualifiers=_fold_words(language.qualifiers))
    phrases = tuple(tuple(tokens(phrase)) for phrase in language.empty_phrases)
    speech = speech._replace(
        function_words=language.function_words, spellings=language.spellings, empty_phrases=phrases
    )
    if language.meaning is None:
        return speech._replace(weightless=language.function_words)
    speech = _add_meaning(speech, language, language.meaning)
    speech = _add_spellings(speech, language, language.meaning)
    if language.counting is not None:
        counting = language.counting
        speech = speech._replace(
            joining=counting.joining,
            fractions=_fold_words(counting.fractions),
            figures=counting.units[:10],
            points=_fold_words(counting.points),
            spelt={word: other for word, other in counting.spelt.items() if other not in counting.points},
        )
    if language.rules is not None:
        speech = speech._replace(
            subjects=language.rules.subjects,
            unfinished=language.rules.unfinished,
            clause_joining=language.rules.joining,
            opening=language.rules.opening,
            determiners=language.rules.determiners,
            before_numerals=language.rules.before_numerals,
        )
    return speech


def _add_meaning(speech: Speech, language: Language, known: Meaning) -> Speech:
    """A language's words with those by which a sentence says who, how many, when, and whether at all."""
    said, asked = _list_set_off(language, known)
    tags = "|".join(map(re.escape, known.tags))
    return speech._replace(
        negations=language.negations - known.answers,
        persons={word: number for number, words in enumerate(known.persons) for word in words},
        meant=_list_meant(known.persons, known.may_mean) if known.may_mean else {},
        alternatives=_pair_alternatives(known.alternatives),
        answers=known.answers,
        before_answers=known.before_answers,
        weightless=known.weightless,
        tag=re.compile(rf"(?:^|[,.;:?!…—–-])\s*¿?(?:{tags})\s*\?", re.I),
        synonyms=_pair_alternatives(known.synonyms),
        common=_fold_words(language.common),
        modals=known.modals,
        short_words=_fold_words(known.short_words),
        asking=known.asking,
        past_endings=known.past_endings,
        pasts={past.casefold(): _fold_words(presents) for past, presents in known.pasts.items()},
        impersonal=known.impersonal,
        modal_ends=frozenset(modal[-size:] for modal in known.modals for size in _CONTRACTED_LETTERS),
        perfect=known.perfect,
        telling_phrases=frozenset(tuple(phrase.split()) for phrase in known.telling_phrases),
        quantifiers=known.quantifiers,
        announced=_compile_phrases(known.announced),
        set_off=_compile_set_off(said, asked),
        set_off_words=frozenset(phrase.split()[0] for phrase in (*said, *asked)),
        set_off_phrases=(*said, *asked),
        corrections=_compile_corrections(known.corrections),
        correcting_words=_fold_words(word for phrase in known.corrections for word in phrase.split()),
        address_signs=known.address_signs,
        may_only_go=known.may_only_go,
        present_endings=known.present_endings,
        progress_endings=known.progress_endings,
        degree_endings=known.degree_endings,
        gradable=known.gradable,
        prefixes=known.prefixes,
        denied=known.denied,
        degrees=known.degrees,
        firm_modals=known.firm_modals,
        conditions=known.conditions,
        complements=known.complements,
        claiming=_fold_words(known.claiming),
    )


def _add_spellings(speech: Speech, language: Language, known: Meaning) -> Speech:
    """A language's words with those that are written in more ways than one, and the signs for them."""
    written = {word for words in known.spoken.values() for word in words.split()} - language.function_words
    respelt = _fold_words((*" ".join(known.spoken).split(), *known.hundredths))
    return speech._replace(
        symbols={sign: _fold_words(words) for sign, words in known.symbols.items()},
        respelt_words=respelt | (written - language.common),
        spoken=known.spoken,
        units=_list_units(known),
        hundredths=_fold_words(known.hundredths),
        unmarked=_list_unmarked(known),
    )


def _list_unmarked(known: Meaning) -> dict[str, str]:
    """Contractions by how they look without the apostrophe, where that is no verb: "dont"; not "were"."""
    persons = [word for words in known.persons for word in words if word.partition("'")[2] in _SURE_ENDS]
    contracted = [word for word in known.asking if word.endswith(DENIED_END)]
    contracted += [*persons, *(f"{modal}'ve" for modal in known.modals)] if contracted else []
    return {key: word for word in contracted if (key := word.replace("'", "")) not in known.asking}


def _list_units(known: Meaning) -> dict[str, str]:
    """The signs of units, those with a metric prefix among them, each with what is said for it."""
    units = dict(known.units)
    for sign, prefix in known.unit_prefixes.items():
        units |= {sign + unit: prefix + words for unit, words in known.units.items()}
    return units | {sign.replace(_MICRO, _MU): words for sign, words in units.items()}


def _list_set_off(language: Language, known: Meaning) -> tuple[list[str], list[str]]:
    """What says nothing where marks stand on both sides: exclamations and markers; and tags.

    Phrases of words that weigh nothing alone are left out.
    """
    markers = language.rules.markers if language.rules is not None else ()
    phrases = {" ".join(marker.words) for marker in markers if len(marker.words) > 1}
    groups = (phrases.union(known.exclamations, filter(_has_words, known.tags)), frozenset(known.tags))
    said, asked = (
        [phrase for phrase in sorted(group) if not known.weightless.issuperset(phrase.split())]
        for group in groups
    )
    return said, asked


def _has_another_prefix(key: str, other: str) -> bool:
    """Whether two words differ in a prefix that tells how much or which way: "milligrams", "hypotension"."""
    if key[-_SHORTEST_UNIT:] != other[-_SHORTEST_UNIT:]:
        return False
    was, now = _part_metric(key), _part_metric(other)
    if was[1] == now[1] and was[0] != now[0]:
        return True
    return any(
        {key.removesuffix(stem), other.removesuffix(stem)} == {one, another}
        for one, another in _OPPOSED_PREFIXES
        for stem in (key.removeprefix(one), key.removeprefix(another))
        if len(key) > len(stem) >= _SHORTEST_STEM and other.endswith(stem)
    )


def _is_another_unit(key: str, other: str) -> bool:
    """Whether two words are units that share a metric prefix alone: "kilograms" and "kilometers"."""
    prefix = next((one for one in _METRIC_PREFIXES if key.startswith(one) and other.startswith(one)), "")
    units = {word[len(prefix) :][:2] for word in (key, other)}
    return bool(prefix) and len(units) > 1 and units <= _METRIC_UNITS


def _part_metric(word: str) -> tuple[str, str]:
    """The metric prefix of a unit, "" where it has none, and the unit: "kilo", "grams"."""
    prefix = next(filter(word.startswith, _METRIC_PREFIXES), "")
    rest = word[len(prefix) :]
    return (prefix, rest) if len(rest) >= _SHORTEST_UNIT else ("", word)


def _compile_set_off(said: Sequence[str], asked: Sequence[str]) -> re.Pattern[str]:
    """A pattern for such phrases; its group is the mark that ends a sentence there."""
    one_of, tag = ("|".join(map(re.escape, phrases)) or _NOTHING.pattern for phrases in (said, asked))
    return re.compile(
        rf"(?:^|(?<=[{_MARKS}]))\s*(?:(?:¡?(?:{one_of})\s*)+(?:[,;:–—-]|([.!…])|$)|¿?(?:{tag})\s*\?)", re.I
    )


def _has_words(phrase: str) -> bool:
    return " " in phrase


def _compile_phrases(phrases: Sequence[str]) -> re.Pattern[str]:
    """A pattern for phrases in words with a space between each; a * stands for up to a few more."""
    if not phrases:
        return _NOTHING
    some_words = rf" (?:\S+ ){{0,{_LONGEST_BETWEEN}}}"
    found = (some_words.join(map(re.escape, phrase.casefold().split(" * "))) for phrase in phrases)
    return re.compile(rf"(?<!\S)(?:{'|'.join(found)})(?!\S)")


def _compile_corrections(phrases: Sequence[str]) -> re.Pattern[str]:
    """A pattern for phrases by which the word before is corrected, with the marks on both sides."""
    one_of = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True))).replace(r"\ ", r",?\s+")
    return re.compile(rf"[,…—–-]*\s+(?:(?:{one_of or _NOTHING.pattern})(?!\w)[,…—–-]*\s+)+", re.I)


def _fold_words(words: Iterable[str]) -> frozenset[str]:
    """Some words as `tokens` writes them: "dreissig"."""
    return frozenset(word.casefold() for word in words)


def _list_meant(*lists: Sequence[frozenset[str]]) -> dict[str, frozenset[int]]:
    """For each word the numbers of the persons whose row it stands in, in any of some lists."""
    meant: dict[str, frozenset[int]] = {}
    for number, words in chain.from_iterable(map(enumerate, lists)):
        for word in words:
            meant[word] = meant.get(word, frozenset()) | {number}
    return meant


def _pair_alternatives(rows: Sequence[frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """For each word those that exclude it; a word may stand in several rows."""
    others: dict[str, frozenset[str]] = {}
    for row in rows:
        keys = _fold_words(row)
        for key in keys:
            others[key] = others.get(key, frozenset()) | keys - {key}
    return others


@cache
def find_hesitations(language: str) -> frozenset[str]:
    """What a turn may hold and yet come back empty in a language, by its code: that of any but its words."""
    known = load(language)
    return words_of_all("hesitations") - (known.no_hesitations if known is not None else frozenset())
