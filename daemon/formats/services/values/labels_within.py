"""Who speaks where passages say it in their texts alone, as captions do: `{"text": "Ann: Yes."}`."""

from __future__ import annotations

import re

from daemon.formats.markup import VOICE_TAG, count_plain_words, escape_markup, time_tag
from daemon.formats.word_account import Reading
from daemon.text.transcript import Segment, count_words

_MAY_NAME = re.compile(r"(?:>>\s?|[-–—]\s?)?[\[(<]?[^\W\d_][^:：\]\n]{0,50}(?:[:：]|\][^(])|SPEAKER_\d")
_LEAST = 2


def name_speakers(reading: Reading) -> None:
    """Read labels off the texts of passages that name nobody otherwise, where these are captions with labels.

    What would be taken for anything but a label leaves all as it is.
    """
    segments = reading.segments
    if any("<v" in segment.text and VOICE_TAG.search(segment.text) for segment in segments):
        _read_voices(reading)
        return
    if sum(_MAY_NAME.match(segment.text) is not None for segment in segments) < _LEAST:
        return
    if any(one.speaker is not None or one.start is None or one.end is None for one in segments):
        return
    from daemon.formats.captions.cues.cue_lines import Cue
    from daemon.formats.captions.cues.segments import read_cues

    words = sum(count_words(segment.text) for segment in segments)
    read = Reading(words)
    read_cues([Cue(one.start or 0.0, one.end or 0.0, _write(one)) for one in segments], read)
    if read.dropped.keys() != {"speaker"}:
        return
    if len(read.segments) != len(segments):
        reading.doubted.clear()
    reading.segments = read.segments
    reading.words_in_file += read.words_in_file - words
    reading.drop("speaker", read.dropped["speaker"])
    reading.warnings += read.warnings


def _read_voices(reading: Reading) -> None:
    """Read WebVTT's captions that a player's JSON holds with their tags: `{"text": "<v Ann>Yes.</v>"}`."""
    segments = reading.segments
    if any(one.speaker is not None or one.start is None or one.end is None for one in segments):
        return
    from daemon.formats.captions.cues.cue_lines import Cue
    from daemon.formats.captions.cues.segments import read_cues

    plain = sum(count_plain_words(segment.text) for segment in segments)
    gone = sum(count_words(segment.text) for segment in segments) - plain
    read = Reading(plain)
    read_cues([Cue(one.start or 0.0, one.end or 0.0, one.text) for one in segments], read)
    reading.doubted.clear()
    reading.segments = read.segments
    reading.words_in_file += read.words_in_file - plain
    for reason, words in (("markup", gone), *read.dropped.items()):
        reading.drop(reason, words)
    reading.warnings += read.warnings


def _write(segment: Segment) -> str:
    """What a segment says as a caption has it, with the times of its words."""
    if segment.times is None:
        return escape_markup(segment.text)
    words = zip(segment.times, segment.text.split(), strict=True)
    return " ".join(f"{time_tag(time)}{escape_markup(word)}" for time, word in words)
