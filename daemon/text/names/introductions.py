"""What speakers say of who they are: a name is proved only by the one whose it is, and never guessed.

A label that programs gave, such as SPEAKER_00, gets a name where it says the name of itself and no other
label does. Whatever may be somebody else's words, made up, taken back or no name is a suggestion at most, and
so is what others call somebody. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise

import msgspec

from daemon.text.languages.knowledge import NOUNS_HAVE_CAPITALS, Introductions, Language, load, words_of_all
from daemon.text.names.speaker_name import SpeakerName
from daemon.text.sentences import ends_sentence
from daemon.text.turns import Turn

_MOST_NAME_WORDS = 4
_NEAR_BEFORE, _NEAR_AFTER = 15, 5  # words around a name in which it may be said whose words it is
_EARLY_WORDS, _EARLY_IN_FIRST = 60, 150  # of a turn, and of somebody's first: later on people tell stories
_QUOTE_WORDS = 14
_MOST_SUGGESTIONS = 3  # of one label
_QUOTES = '"“”„«»‘「」『』'
_AROUND = ".,;:!?…-–—\"“”„«»()[]‘’'¿¡*_"
_NATIONS = re.compile(r".*(?:ish|ese|ian|ist|can|ite|ic)")  # Irish, Japanese, Italian, Marxist, American


def find_names(turns: Sequence[Turn], unnamed: Set[str], language: str | None) -> list[SpeakerName]:
    """The names of speakers without one: what is proved, then what is only to be suggested.

    `turns` have the labels of the source; `unnamed` are those that programs gave. `language` is the code of
    what is spoken, None where unknown.
    """
    known = load(language or "en")
    if not unnamed or known is None or known.introductions is None:
        return []
    talk = _Talk(turns, known, known.introductions, language or "en")
    claims = [claim for number in range(len(turns)) for claim in talk.find_claims(number)]
    proved = {claim.label: claim for claim in _prove(claims, talk, unnamed)}
    suggested = [claim for claim in claims if claim.label in unnamed]
    suggested += talk.find_addressed(unnamed)
    certain = [_tell(claim, talk, proved=True) for claim in proved.values()]
    return [*certain, *_choose_suggestions(suggested, proved, talk)]


class _Claim(msgspec.Struct, frozen=True):
    """A name that somebody says: of himself (`label` is `said_by`) or of another.

    `turn`, `at` and `end` are where: the turn's number, its first word there, and the one behind. `sure`:
    nothing speaks against it.
    """

    label: str
    name: str
    said_by: str
    turn: int
    at: int
    end: int
    sure: bool = False


@dataclass(slots=True)
class _Talk:
    """A whole transcript, and what is known of its language."""

    turns: Sequence[Turn]
    language: Language
    known: Introductions
    code: str
    words: list[list[str]] = field(init=False)
    small: frozenset[str] = field(init=False)
    first_turns: dict[str, int] = field(init=False)
    phrases: dict[str, list[tuple[tuple[str, ...], bool]]] = field(init=False)

    def __post_init__(self) -> None:
        self.words = [turn.text.split() for turn in self.turns]
        self.small = frozenset(
            _core(word) for words in self.words for word in words if _strip(word)[:1].islower()
        )
        self.first_turns = {}
        for number, turn in enumerate(self.turns):
            self.first_turns.setdefault(turn.speaker or "", number)
        self.phrases = defaultdict(list)
        for phrases, is_bare in ((self.known.named, False), (self.known.bare, True)):
            for phrase in phrases:
                words = tuple(phrase.split())
                self.phrases[words[0]].append((words, is_bare))

    # --- what somebody says of himself --------------------------------------------------------------

    def find_claims(self, number: int) -> Iterator[_Claim]:
        """What the speaker of a turn says he is called."""
        words = self.words[number]
        cores = [_core(word) for word in words]
        at = 0
        while at < len(words):
            found = self._read_phrase(number, cores, at)
            if found is None:
                at += 1
                continue
            claim, end = found
            yield claim
            at = end

    def _read_phrase(self, number: int, cores: Sequence[str], at: int) -> tuple[_Claim, int] | None:
        """The claim that begins with the word at `at`, and the word behind it."""
        for phrase, is_bare in self.phrases.get(cores[at], ()):
            place = phrase.index("*")
            if tuple(cores[at : at + place]) != phrase[:place]:
                continue
            found = self._read_name(number, cores, at, phrase, is_bare=is_bare)
            if found is not None:
                return found
        return None

    def _read_name(
        self, number: int, cores: Sequence[str], at: int, phrase: tuple[str, ...], *, is_bare: bool
    ) -> tuple[_Claim, int] | None:
        words = self.words[number]
        begin = at + phrase.index("*")
        if any(ends_sentence(word) for word in words[at:begin]):
            return None
        while begin < len(words) and cores[begin] in words_of_all("hesitations"):
            begin += 1
        end = self._find_name_end(words, begin)
        name = _strip(" ".join(words[begin:end]))
        rest = phrase[phrase.index("*") + 1 :]
        past = end + len(rest)
        if not name or tuple(cores[end:past]) != rest:
            return None
        if rest and any(word[-1] in ".?!;:" for word in words[end - 1 : past - 1]):
            return None
        label = self.turns[number].speaker or ""
        parts = [_core(part) for part in name.split()]
        if any(part in self.language.hesitations for part in parts) or not self._may_be_name(
            name, is_bare=is_bare
        ):
            return None
        sure = (
            self._is_own(number, cores, at, begin, past)
            and not (is_bare and any(word[-1] in ",;:-–—" for word in words[at:begin]))
            and _is_plain_phrase(words[at:begin])
            and (not is_bare or self._is_surely_name(number, cores, at, name))
        )
        return _Claim(label, name, label, number, at, past, sure), past

    def _find_name_end(self, words: Sequence[str], begin: int) -> int:
        """Behind the words of a name, which have capitals; small particles may stand inside of it."""
        end = begin
        while end < len(words) and end - begin < _MOST_NAME_WORDS:
            if end > begin and _is_over(words[end - 1]):
                break
            word = words[end]
            is_particle = (
                begin < end < len(words) - 1
                and word in words_of_all("name_particles")
                and word not in self.known.after
                and _has_capital(words[end + 1])
            )
            if not is_particle and not _has_capital(word):
                break
            end += 1
        return end

    def _may_be_name(self, name: str, *, is_bare: bool) -> bool:
        """Whether words with capitals may be a name at all."""
        no_names = self.known.no_names | self.language.function_words | self.language.common
        judge = any if is_bare else all
        plain = [_core(part) for part in name.split() if not part[0].islower()]
        return bool(plain) and not judge(part in no_names or part in self.small for part in plain)

    def _is_surely_name(self, number: int, cores: Sequence[str], at: int, name: str) -> bool:
        """Whether what stands behind words such as "I'm" can be nothing but a name."""
        parts = [_core(part) for part in name.split()]
        if self._is_addressed(name, self.turns[number].speaker):
            return True
        if len(parts[-1]) == 1:  # "Type A"
            return False
        if self.code in NOUNS_HAVE_CAPITALS or all(_NATIONS.fullmatch(part) for part in parts):
            return False
        return len(parts) > 1 or any(core in self.known.before for core in cores[max(0, at - 4) : at])

    def _is_addressed(self, name: str, but: str | None) -> bool:
        """Whether another calls somebody so: by his first name between commas, or by the whole name."""
        first, *further = map(re.escape, name.split())
        between_marks = rf"(?:^|[.!?…]\s|,\s){first}[,.!?]"
        whole = " ".join([first, *further])
        pattern = re.compile(rf"{between_marks}|\b{whole}\b" if further else between_marks)
        others = (turn for turn in self.turns if turn.speaker != but)
        return any(pattern.search(turn.text) for turn in others)

    def _is_own(self, number: int, cores: Sequence[str], at: int, begin: int, end: int) -> bool:
        """Whether a name is said by the speaker of himself, as far as the words around it tell."""
        words = self.words[number]
        opening = at
        while opening and not ends_sentence(words[opening - 1]):
            opening -= 1
        is_first = self.first_turns[self.turns[number].speaker or ""] == number
        if at >= (_EARLY_IN_FIRST if is_first else _EARLY_WORDS):
            return False
        opens_turn = self._are_all_among(cores[:opening], self.known.before)
        if not self._are_all_among(cores[opening:at], self.known.before if opens_turn else self.known.after):
            return False
        told = self.known.told
        own = set(cores[opening:begin]) | self.known.before
        if any(core in told and core not in own for core in cores[max(0, at - _NEAR_BEFORE) : at]):
            return False
        if any(core in told for core in cores[end : end + _NEAR_AFTER]):
            return False
        if any(char in _QUOTES for word in words[opening : end + 1] for char in word):
            return False
        return self._goes_on_well(words, cores, end)

    def _are_all_among(self, cores: Iterable[str], known: Set[str]) -> bool:
        """Whether words are all among some known ones, or hesitations."""
        hesitations = words_of_all("hesitations")
        return all(core in known or core in hesitations or not core for core in cores)

    def _goes_on_well(self, words: Sequence[str], cores: Sequence[str], end: int) -> bool:
        """Whether what follows a name leaves it one: a mark, the end, or words that may follow a name."""
        last = words[end - 1]
        if _is_possessive(last) or last.rstrip(_QUOTES + ")")[-1:] == "?":
            return False
        if end == len(words) or last[-1] in ".,;:!…–—-":
            return True
        return words[end][0] in "–—-(" or cores[end] in self.known.after

    # --- what others call somebody -------------------------------------------------------------------

    def find_addressed(self, unnamed: Set[str]) -> Iterator[_Claim]:
        """Whom others call by a name just before he speaks."""
        for number, (turn, following) in enumerate(pairwise(self.turns)):
            label = following.speaker
            if label in unnamed and turn.speaker and turn.speaker != label:
                found = self._read_address(number)
                if found is not None:
                    end = len(self.words[number])
                    yield _Claim(label or "", found[0], turn.speaker, number, found[1], end)

    def _read_address(self, number: int) -> tuple[str, int] | None:
        """The name at the end of a turn, set off by commas, and its place; None where there is none."""
        words = self.words[number]
        for size in (2, 1):
            begin = len(words) - size
            if begin < 1 or words[begin - 1][-1] not in ",、":
                continue
            name = _strip(" ".join(words[begin:]))
            parts = [_core(part) for part in name.split()]
            fits = len(parts) == size and all(map(_has_capital, words[begin:]))
            if fits and not any(map(_is_over, words[begin:-1])) and self._may_be_name(name, is_bare=True):
                return name, begin
        return None


# --- what is proved, and what is only suggested -------------------------------------------------------------


def _prove(claims: Iterable[_Claim], talk: _Talk, unnamed: Set[str]) -> Iterator[_Claim]:
    """For each label without a name the claim that proves one: it claims no other, and no other claims it."""
    of_label: dict[str, list[_Claim]] = defaultdict(list)
    for claim in claims:
        of_label[claim.label].append(claim)
    labels = {turn.speaker for turn in talk.turns if turn.speaker}
    for label, own in of_label.items():
        sure = [claim for claim in own if claim.sure]
        if label not in unnamed or not sure:
            continue
        best = max(sure, key=lambda claim: len(claim.name.split()))
        others = [claim.name for other in of_label.values() for claim in other if claim.label != label]
        taken = [*others, *(other for other in labels if other != label)]
        if not all(_agree(claim.name, best.name) for claim in own):
            continue
        if any(_share_word(best.name, name) for name in taken) or _calls_itself(best, talk, own):
            continue
        yield best


def _calls_itself(claim: _Claim, talk: _Talk, own: Sequence[_Claim]) -> bool:
    """Whether a label says the name otherwise too, as if it were another's: two people under one label."""
    first = _core(claim.name.split()[0])
    said = {(one.turn, at) for one in own for at in range(one.at, one.end)}
    for number, turn in enumerate(talk.turns):
        if turn.speaker != claim.label:
            continue
        for at, word in enumerate(talk.words[number]):
            if (number, at) not in said and _has_capital(word) and _core(word) == first:
                return True
    return False


def _choose_suggestions(
    claims: Iterable[_Claim], proved: Mapping[str, _Claim], talk: _Talk
) -> Iterator[SpeakerName]:
    """Each name once for a label, a few for each; none for a label whose name is proved."""
    seen: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        names = seen[claim.label]
        if claim.label in proved or claim.name in names or len(names) == _MOST_SUGGESTIONS:
            continue
        names.add(claim.name)
        yield _tell(claim, talk, proved=False)


def _tell(claim: _Claim, talk: _Talk, *, proved: bool) -> SpeakerName:
    words = talk.words[claim.turn]
    begin = max(0, min(claim.at, len(words) - _QUOTE_WORDS))
    quote = " ".join(words[begin : begin + _QUOTE_WORDS])
    start = talk.turns[claim.turn].word_times()[claim.at]
    return SpeakerName(claim.label, claim.name, quote, claim.said_by, start, proved)


def _agree(name: str, other: str) -> bool:
    """Whether two names may be one person's: the words of one are words of the other."""
    parts, others = set(_core(name).split()), set(_core(other).split())
    return parts <= others or others <= parts


def _share_word(name: str, other: str) -> bool:
    """Whether two names begin alike or have a word in common, so that they may be one person's."""
    return not set(map(_core, name.split())).isdisjoint(map(_core, other.split()))


# --- words --------------------------------------------------------------------------------------------------


def _strip(word: str) -> str:
    return word.strip(_AROUND)


def _core(word: str) -> str:
    """A word to compare by: without marks around it and case, with a straight apostrophe."""
    return unicodedata.normalize("NFC", _strip(word)).replace("’", "'").lower()


def _has_capital(word: str) -> bool:
    """Whether a word begins with a capital and goes on small, or is an initial or a title."""
    plain = _strip(word)
    rest = plain[1:]
    if not plain[:1].isupper():
        return False
    return not rest or (any(char.islower() for char in rest) and not any(char.isdigit() for char in rest))


def _is_over(word: str) -> bool:
    """Whether a name ends with this word, by its mark; that of an initial or a title is none."""
    return word[-1] in ",;:!?…)" or ends_sentence(word)


def _is_possessive(word: str) -> bool:
    return re.search(r"['’]s?\W*$", word.rstrip(".,;:!?")) is not None


def _is_plain_phrase(words: Sequence[str]) -> bool:
    """Whether a phrase is said and no title, such as that of "My Name Is Earl"."""
    capitals = [word for word in words if word[:1].isupper() and not word.startswith(("I'", "I’"))]
    return len([word for word in capitals if word != "I"]) <= 1
