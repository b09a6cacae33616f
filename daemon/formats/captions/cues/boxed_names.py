"""Who speaks in captions of Japanese and Chinese, with names in brackets before the words: `（健太）はい`.

What is heard stands the same way (`（ドアの音）`), so the whole file decides: names recur, and words follow.
Such a name holds for its own cue, and the rest of its sentence: else the next cue without a name may be said
by whoever is on the screen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from daemon.formats.captions.cues.cue_lines import Cue
from daemon.formats.markup import VOICE_TAG, count_plain_words, voice_tag
from daemon.formats.speakers.verdict import warn_of_doubts
from daemon.formats.word_account import Reading

_LETTER = r"々〆ヶ\u3040-\u30ff\u3400-\u9fff"
_BOX = re.compile(
    r"(?P<before>(?:<[^<>]{1,40}>|\{\\[^{}]{1,40}\}|[\s\u200b-\u200f\u202a-\u202e-]){0,6})"
    rf"[（(](?P<name>(?=[^（()）]{{0,20}}[{_LETTER}])(?:[^（()）\n]|[（(][^（()）\n]{{1,12}}[)）]){{1,30}})[)）]"
    r"(?P<words>.*)"
)
"""A line that begins with brackets; in the name, readings may stand in brackets of their own."""
_READING = re.compile(r"[（(][^（()）]*[)）]")
_JOINT = re.compile(r"[･・、，,＆&＋+と]")
_SOUND = re.compile(
    r"音|声$|[声楽曲歌語聲乐樂](?:が|を)|音楽|[歌曲楽乐樂語语文]$|笑い?$|泣き?$|拍手|悲鳴|息$|咳|せき|いびき|ノック|チャイム|ブザー"
    r"|ベル$|サイレン|アラーム|クラクション|銃撃|爆発|沈黙|無音|回想|字幕|注$|註$|ＢＧＭ|BGM|ざわめ|どよめ|すすり|うめ|うな|せきこ"
    r"|掌声|掌聲|鼓掌|笑声|笑聲|哭"
)
"""What is heard, or the language or kind of what is said."""
_VOICE = re.compile(r"の声$")
"""`（女の声）`: somebody who isn't seen."""
_MANNER = re.compile(r"(?:[でにてるうすくつむぐぶぬ]|ながら|った|つつ|まま)$")
"""How the verb or adverb ends that says how something is said: `（小声で）`, `（泣きながら）`."""
_KANJI_OR_KATAKANA = re.compile(r"[\u3400-\u9fff\u30a0-\u30ff]")
_PERSON = re.compile(
    r"(?:男|女|男性|女性|男たち|女たち|少年|少女|一同|全員|全体|[２-９2-9二三四五]人|子ども|子供|母|父|兄|姉|弟|妹|客|店員|警官|記者"
    r"|ナレーション|ナレーター|アナウンサー|アナウンス|たち|達|さん|くん|君|ちゃん|様|先生|部長|課長|社長|先輩|男人|女人|男子|众人|眾人|旁白)"
    r"[Ａ-ＺA-Z０-９0-9]?(?:の声)?$"
)
"""Whom a name in brackets means for certain, even where it stands once."""
_OPEN = ("—", "―", "─", "➡", "→", "、")
"""What stands at the end of a caption whose sentence goes on in the next one."""
_LONGEST_NAME = 12  # letters
_LEAST_NAMES, _LEAST_TIMES = 2, 2  # names that recur, and how often each does
_LEAST_SHARE = 0.03  # of the cues that have such a name
_MOST_ALONE = 0.25  # of the times that a name stands with no word behind it


def named_in_boxes(cues: list[Cue], reading: Reading) -> list[Cue]:
    """The cues, each name in brackets that is believed as a voice tag; as they are where there are none.

    What may be a name and isn't believed is nobody's, and is named in the warnings.
    """
    evidence = _Evidence()
    for cue in cues:
        evidence.add(cue)
    believed = evidence.believed(len(cues))
    if not believed:
        return cues
    boxes = _Boxes(believed, reading)
    named = [boxes.take_off(cue) for cue in cues]
    warn_of_doubts(boxes.doubted, reading)
    reading.warnings.append(
        "Names in brackets say who speaks in this file. Captions without one stand without a speaker: "
        "whoever is on the screen may be speaking."
    )
    return named


@dataclass(slots=True)
class _Evidence:
    """How often what stands in brackets has words behind it, on its line or below, and how often none."""

    said: Counter[str] = field(default_factory=Counter)
    beside: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    voiced: bool = False

    def add(self, cue: Cue) -> None:
        """Count the lines of a cue."""
        if "<" in cue.text:
            self.voiced = self.voiced or VOICE_TAG.search(cue.text) is not None
        if "（" not in cue.text and "(" not in cue.text:
            return
        for box, followed in _find_boxes(cue.lines):
            if box is None or not _may_be_name(name := _name_of(box)):
                continue
            if not followed:
                self.alone[name] += 1
                continue
            self.said[name] += 1
            self.beside[name] += bool(box["words"].strip())

    def believed(self, cues: int) -> frozenset[str]:
        """The names that recur with words behind them; none where the file hardly has such names."""
        names = frozenset(
            name
            for name, times in self.said.items()
            if times >= _LEAST_TIMES
            and self.beside[name]
            and self.alone[name] <= _MOST_ALONE * (times + self.alone[name])
        )
        whole = sum(self.said[name] for name in names)
        usual = not self.voiced and len(names) >= _LEAST_NAMES and whole >= _LEAST_SHARE * cues
        return names if usual else frozenset()


def _find_boxes(lines: Sequence[str]) -> Iterator[tuple[re.Match[str] | None, bool]]:
    """For each line what it has in brackets before its words, and whether words follow, there or below."""
    found = [_BOX.match(line) for line in lines]
    for at, box in enumerate(found):
        below = lines[at + 1].strip() if at + 1 < len(lines) and found[at + 1] is None else ""
        yield box, box is not None and bool(box["words"].strip() or below)


def _name_of(box: re.Match[str]) -> str:
    """What stands in brackets, without readings."""
    return _READING.sub("", box["name"]).strip()


def _may_be_name(name: str) -> bool:
    """Whether this is as short as a name is, and nothing heard, and no way of speaking."""
    if not 0 < len(name) <= _LONGEST_NAME or name.isdigit():
        return False
    if _VOICE.search(name) or _PERSON.search(name):
        return True
    manner = _MANNER.search(name) is not None and _KANJI_OR_KATAKANA.search(name) is not None
    return not manner and _SOUND.search(name) is None


def _is_believed(name: str, believed: frozenset[str]) -> bool:
    """Whether it is a name of the file, or its whole form, several of whom one is, or surely somebody."""
    parts = [_VOICE.sub("", part.strip()) for part in _JOINT.split(name)]
    ends = (at for at in range(len(name)) if name[at:] in believed)
    whole = any(len(name) - at > 1 or f" {name[at]}" in name for at in ends)
    return whole or any(part in believed for part in parts) or _PERSON.search(name) is not None


@dataclass(slots=True)
class _Boxes:
    """Takes names in brackets off the cues of a file, one after the other."""

    believed: frozenset[str]
    reading: Reading
    doubted: list[str] = field(default_factory=list)
    _carried: str | None = None

    def take_off(self, cue: Cue) -> Cue:
        """The cue with its names as voice tags; a sentence that the cue before left open is its speaker's."""
        lines: list[str] = []
        speaker, tagged = self._carried, None
        for line, (box, followed) in zip(cue.lines, _find_boxes(cue.lines), strict=True):
            if box is not None:
                speaker = self._speaker_of(box) if followed else None
            if box is not None and speaker is not None:
                bare = box["before"].lstrip(" -") + box["words"]
                self.reading.drop("speaker", count_plain_words(line) - count_plain_words(bare))
                line = bare
            if speaker != tagged:
                line = ("</v>" if speaker is None else voice_tag(speaker)) + line
                tagged = speaker
            lines.append(line)
        self._carried = speaker if cue.text.rstrip().endswith(_OPEN) else None
        return replace(cue, text="\n".join(lines))

    def _speaker_of(self, box: re.Match[str]) -> str | None:
        """The speaker of the words behind the brackets; None where that is not certain, or this is heard."""
        name = _name_of(box)
        if not _may_be_name(name):
            return None
        if _is_believed(name, self.believed):
            return name
        self.doubted.append(name)
        return None
