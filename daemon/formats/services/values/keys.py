"""The keys by which services name what they know of a passage: its words, its times, who speaks.

The same stands under many names (`start`, `start_time`, `startMs`, `timestamp: [0, 1.5]`), which are compared
without case and signs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from daemon.formats.services.values.fields import Record, add_nanoseconds, name_of, text_of
from daemon.formats.word_account import scale_time

_TEXTS = tuple(
    "text transcript transcription sentence utterance body content caption displaytext display "
    "punctuatedword punct word line rawtext fulltranscript spokentext sourcetext words message "
    "onebest subtitle phrase snippet lines finalsentence msg cue predtext "
    "texte texto testo tekst текст реплика 文本 内容 字幕 本文 テキスト 내용 대사 자막 النص".split()
)
_PARTS = tuple(
    "text words transcri sentence utteranc speech said dialog content message caption subtitle".split()
)
"""What a key of a text has in it, where it is none of those above."""
_NO_TEXTS = ("context", "type", "url", "lang", "language", "format", "source", "by", "model", "status")
"""How a key ends that tells something of a text."""
SECOND, TICKS = 1, 10_000_000
THOUSAND = 1000
_UNITS = {"s": SECOND, "ms": THOUSAND, "ticks": TICKS}


def _list_units(*rows: str) -> dict[str, int]:
    """How many of its units make a second, by key: each row has the unit of the keys that follow it."""
    return {key: _UNITS[unit] for unit, *keys in map(str.split, rows) for key in keys}


_STARTS = _list_units(
    # before the time of the clock, which some give beside it
    "s timeoffset secondsfromstart",
    "ms offsetmillis offsetmillisecond",
    "s start starttime begin begintime timebegin from ts startts t0 startseconds startsec",
    "s starttimeseconds startoffset time in starts startsecs starttimes starttimesec startinseconds",
    "s timeinseconds timestamp timecode offsetseconds offset",
    "ms startms starttimems startmillis startmilliseconds tstartms offsetms offsetmilliseconds",
    "ms frommilliseconds fromms beginms begintimems startoffsetms timems timestampms",
    "s starttimestamp startdatetime",
    "ms starttimestampmillis starttimestampms starttimemillis beginmillis",
    "ticks offsetinticks",
    "ms beginoffsetmillis startoffsetmillis",
    "s datastart snippettime startat timestart audiowindowstart",
    "ms bg startmsec starttimeinmillis startinmillis",
    "s segmentstart segmentstarttime utterancestart speechstart audiostart startpoint",
    "s timestampstart timefrom tstart",
    "s onset stime beg xmin debut début inicio início inizio anfang beginn startzeit начало",
    "s 开始 開始 开始时间 開始時間 開始時刻 시작 시작시간",
)
_ENDS = _list_units(
    "s end endtime stop timeend to endts finish endoffset out t1 endseconds endsec endtimeseconds ends",
    "s endsecs endtimes endtimesec endinseconds endtimestamp enddatetime",
    "ms endtimestampmillis endtimestampms endtimemillis stopmillis endoffsetmillis",
    "s dataend audiowindowend",
    "s segmentend segmentendtime utteranceend speechend audioend endpoint timestampend timeto tend",
    "s etime xmax fin fim fine ende endzeit конец 结束 结束时间 終了 終了時間 終了時刻 끝 종료 종료시간",
    "ms endmsec endtimeinmillis endinmillis",
    "ms ed endms endtimems endmillis endmilliseconds toms stopms endoffsetms finishms",
)
_DURATIONS = _list_units(
    "s duration dur durationseconds durations durationsec",
    "ms durationms durationmilliseconds ddurationms durationmillis durationmillisecond",
    "ticks durationinticks",
)
"""Keys, without case and signs, and how many of their units make a second."""
TIME_KEYS = frozenset((*_STARTS, *_ENDS, *_DURATIONS))
_RANKS = {key: at for at, key in enumerate((*_STARTS, *_ENDS, *_DURATIONS))}
"""Where a key stands: of two of a kind the first one counts."""
SPEAKERS = tuple(
    "speakerdisplayname speakerfullname speakername voice speakerlabel speaker segmentspeaker speakerid "
    "speakertag participantname personname userprofile participant participantid author spk who username "
    "userdisplayname sender sendername authorname fromname participantrole participanttype "
    "participantpurpose role speakerdesignation speakerinfo sprecher sprecherin locuteur intervenant "
    "hablante locutor orador parlante spreker спикер говорящий 说话人 发言人 話者 発言者 話し手 화자 발화자 "
    "المتحدث".split()
)
GROUP = "speakergroup"
"""A key that holds somebody's name in some files, and in others what several have in common."""
WITH_TIMES = tuple("label name user from person talker party displayname nickname member character".split())
"""What gives who speaks only where it stands beside a time."""
_SENT = ("date", "datetime", "createdat", "sentat")
"""When a message was written, which says when it was said only where nothing else does."""
_SAID = ("speech", "spoken", "said", "says", "dialogue", "dialog")
"""Keys that hold words only beside who says them."""
_SAYERS = ("name", "character", "person", "member")
"""What gives who speaks beside these keys, and elsewhere tells of anything."""
_VALUES = ("value", "segment", "chunk", "paragraph", "passage", "quote", "punctuated")
"""Keys that hold words only beside a time."""
_MESSAGES = ("text", "message", "content", "lines")
"""Keys that hold words in pieces, in the chats of some programs."""
_OF_A_PIECE = frozenset(("type", "text", "annotations"))
CHANNELS = ("channelindex", "channel", "mediachannel", "channeltag", "channelnumber")
"""Keys of the channel that a passage is of."""
_NAMES = (
    "realname",
    "name",
    "displayname",
    "label",
    "speakername",
    "speakerlabel",
    "fullname",
    "displaytext",
)
_IDS = ("id", "spkid", "speakerid", "speaker", "uuid", "participantid", "userid")
_PEOPLE = ("speaker", "participant", "attendee")
"""What the key of a list or table of who takes part holds."""
_WRAPPERS = frozenset(
    ("data", "additions", "attributes", "attrs", "attr", "meta", "metadata", "properties", "fields")
)
"""Keys of objects inside of a passage that hold what is known of it: its times, who speaks."""
GUESSES = ("alternatives", "nbest", "hypotheses")
_RANGES = ("timestamp", "time", "timestamps", "timing", "instances", "interval", "range")
WORD_LISTS = tuple(
    "words result displaywords wordlist line tokens wordtimings wordtimestamps timestamps".split()
)
_EVENTS = ("messagetype", "message", "type", "event", "eventtype")
"""Keys by which services that listen say what a message is: `{"message": "AddPartialTranscript"}`."""
_EVENT = re.compile(
    r"RecognitionStarted|AudioAdded|AudioEvent(?:Started|Ended)|EndOf(?:Stream|Transcript|Utterance)"
    r"|Add(?:Partial)?(?:Transcript|Translation)|SpeakersResult"
)
"""What Speechmatics writes where others write what is said: `RecognitionStarted`."""
_BEGUN = ("StartOfTurn", "Update", "EagerEndOfTurn", "TurnResumed")
"""What Deepgram's Flux writes of a turn until its end, each time with all that was heard of it."""
WHOLE_AGAIN = ("transcript.text.done", "committed_transcript")
"""Events whose words OpenAI and ElevenLabs give with times, or speakers, by others."""
_LONGEST = 1e8  # seconds
NO_KEY = "\0 no key"  # "" may be one

_MOMENT = r"(\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?|\d{1,6}(?:\.\d{1,3}s?|s))"
_SPAN = re.compile(rf"\s*\[?{_MOMENT}\s*(?:-{{1,2}}>|[-–—~]|to)\s*{_MOMENT}\]?\s*", re.ASCII)
"""Start and end as one text: `00:00:01 - 00:00:04`."""
_BOX = re.compile(r"[\[\]()]")  # around a time: `[00:01:04]`
_RELATIVE = ("relative", "seconds", "offset", "value", "time")
"""Keys under which an object holds the seconds of a moment."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", re.I)
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def plain_keys(value: Record) -> dict[str, str]:
    """The keys of an object by their name without case and signs."""
    return {"".join(filter(str.isalnum, str(key).lower())): key for key in value}


def find_times(value: Record, keys: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Start and end in seconds, None where the object has none."""
    if "onset" in keys and "offset" in keys:
        keys = {{"offset": "end"}.get(key, key): written for key, written in keys.items()}
    if "case" in keys:  # Gentle's words, where the same keys tell letters
        keys = {key: written for key, written in keys.items() if key not in ("startoffset", "endoffset")}
    for key in _RANGES:
        inner = value.get(keys.get(key, NO_KEY))
        inner = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], dict) else inner
        if isinstance(inner, dict):
            span = find_times(inner, plain_keys(inner))
            if span[0] is not None:
                return span
        if isinstance(inner, str) and (found := _SPAN.fullmatch(inner)):
            return _read_moment(found[1], SECOND), _read_moment(found[2], SECOND)
        if isinstance(inner, list) and len(inner) == 2 and not any(isinstance(one, list) for one in inner):
            return _read_moment(inner[0], SECOND), _read_moment(inner[1], SECOND)
    start, end, duration = (_find_moment(value, keys, table) for table in (_STARTS, _ENDS, _DURATIONS))
    if start is not None and end is not None and end - start > _LONGEST:
        end = None  # a time of the clock
    if end is None and start is not None and duration is not None:
        end = round(start + duration, 3)
    return start, end


def _find_moment(value: Record, keys: Mapping[str, str], table: Mapping[str, int]) -> float | None:
    known = sorted(keys.keys() & table.keys(), key=_RANKS.__getitem__)
    found = (_read_moment(value[keys[key]], table[key]) for key in known)
    return next((time for time in found if time is not None), None)


def _read_moment(value: object, per_second: int) -> float | None:
    if isinstance(value, dict) and ("seconds" in value or "nanos" in value):
        return add_nanoseconds(value)
    if isinstance(value, dict):
        return next((scale_time(value[key], per_second) for key in _RELATIVE if key in value), None)
    if isinstance(value, str) and _DATE.match(value):
        return _seconds_of_date(value)
    return scale_time(_BOX.sub("", value) if isinstance(value, str) else value, per_second)


def is_date(value: object) -> bool:
    """Whether a time is one of the calendar: a date with a time (ISO 8601)."""
    return isinstance(value, str) and _DATE.match(value) is not None


def _seconds_of_date(text: str) -> float | None:
    """The seconds from 1970 to a date with a time (ISO 8601); None for any other value."""
    try:
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError):
        return None


def find_named(value: Record, keys: Mapping[str, str], key: str) -> str | None:
    """The name under a key, None where there is none or it is a number."""
    held = value.get(keys.get(key, NO_KEY))
    if isinstance(held, dict):
        return name_of(held.get(plain_keys(held).get("name", NO_KEY)))
    is_text = isinstance(held, str) and not held.strip().isdecimal() and scale_time(held, 1) is None
    return name_of(held) if is_text else None


def find_user(value: Record, keys: Mapping[str, str]) -> str | None:
    """Who said a passage, where it holds a list of those who did (Zoom's `users`) with one in it.

    Or an object with a name (Rocket.Chat's `u`), or a key that names anything beside one of what is said.
    """
    if _find_said(value, keys) is not None:
        return next((name for key in _SAYERS if (name := find_named(value, keys, key))), None)
    who = value.get("u")
    if isinstance(who, dict):
        return name_of(who.get("name")) or name_of(who.get("username"))
    held = value.get(keys.get("users", NO_KEY))
    if not isinstance(held, list) or len(held) != 1 or not isinstance(held[0], dict):
        return None
    return name_of(held[0].get(plain_keys(held[0]).get("username", NO_KEY)))


def find_name_in(value: Record) -> object:
    """The name in an object that stands for who speaks, or else the id there; None where it has neither."""
    keys = plain_keys(value)
    held = (value[keys[key]] for key in (*_NAMES, "id") if key in keys)
    return next((one for one in held if one not in (None, "")), None)


def is_made_up(name: str) -> bool:
    """Whether an id is one that a program made up: a UUID."""
    return _UUID.fullmatch(name) is not None


def list_names(raw: Record, deepest: int = 4) -> dict[str, str]:
    """The names of speakers by their ids, where the file has a list of them."""
    out: dict[str, str] = {}
    for key, value in raw.items():
        people = any(word in key.lower() for word in _PEOPLE)
        if people and isinstance(value, dict):
            out |= _pair_keys(value)
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict) and people:
                out |= _pair_id(entry)
            elif isinstance(entry, dict) and deepest:
                out |= list_names(entry, deepest - 1)
    return out


def _pair_keys(table: Record) -> dict[str, str]:
    """The names of a table that has them by the ids: `{"A": "Ann Berg"}`, `{"A": {"name": "Ann Berg"}}`."""
    if not plain_keys(table).keys().isdisjoint((*_NAMES, *_IDS)):
        return {}
    held = {key: find_name_in(one) if isinstance(one, dict) else one for key, one in table.items()}
    return {str(key): name for key, one in held.items() if isinstance(one, str) and (name := name_of(one))}


def _pair_id(entry: Record) -> dict[str, str]:
    """The name of a speaker by its id, if the entry of a list has both."""
    keys = plain_keys(entry)
    who = next(
        (entry[keys[key]] for key in _IDS if isinstance(entry.get(keys.get(key, NO_KEY)), str | int)), None
    )
    name = name_of(next((entry[keys[key]] for key in _NAMES if key in keys), None))
    return {} if who is None or name is None else {str(who): name}


def is_unformatted(value: Record, keys: Mapping[str, str]) -> bool:
    """Whether an object holds what comes again with its marks and capitals, as AssemblyAI streams it.

    Or with its times.
    """
    again = any(value[keys[key]] in WHOLE_AGAIN for key in ("type", "messagetype") if key in keys)
    return again or value.get(keys.get("turnisformatted", NO_KEY)) is False


def is_translated(value: Record, keys: Mapping[str, str]) -> bool:
    """Whether an object holds what was said in another language, as Soniox sets it among the words.

    Or as Gladia sends it behind them, in an event of its own.
    """
    marks = (value.get(keys.get(key, NO_KEY)) for key in ("translationstatus", "type"))
    return "translation" in marks


def is_partial(value: Record, keys: Mapping[str, str]) -> bool:
    """Whether an object holds what was taken for said until more was heard."""
    told = (value[keys[key]] for key in _EVENTS if key in keys)
    named = any(isinstance(event, str) and "partial" in event.lower() and " " not in event for event in told)
    begun = "turnindex" in keys and value.get(keys.get("event", NO_KEY)) in _BEGUN
    final = (value[keys[key]] for key in ("isfinal", "endofturn") if key in keys)
    return (
        named
        or begun
        or value.get(keys.get("ispartial", NO_KEY)) is True
        or any(one is False for one in final)
    )


def find_text(value: Record, keys: Mapping[str, str]) -> tuple[str, str]:
    """The key under which an object says something, and what; empty where it says nothing."""
    for key in _TEXTS:
        held = value.get(keys.get(key, NO_KEY))
        if isinstance(held, str) and not (key == "message" and _EVENT.fullmatch(held)):
            return keys[key], text_of(held)
        if isinstance(held, dict) and (shown := _text_of_page(held)) is not None:
            return keys[key], text_of(shown)
        if key in _MESSAGES and (pieces := _pieces_of(held)) is not None:
            return keys[key], text_of("".join(pieces))
    for key in _VALUES:
        held = value.get(keys.get(key, NO_KEY))
        if isinstance(held, str) and any(map(str.isalpha, held)) and find_times(value, keys)[0] is not None:
            return keys[key], text_of(held)
    said = _find_said(value, keys)
    if said is not None and not keys.keys().isdisjoint((*SPEAKERS, *_SAYERS)):
        return said, text_of(value[said])
    return _find_text_by_part(value, keys)


def _find_said(value: Record, keys: Mapping[str, str]) -> str | None:
    """The key under which an object has what somebody says, by its name: `{"name": …, "spoken": …}`."""
    found = (keys[key] for key in _SAID if isinstance(value.get(keys.get(key, NO_KEY)), str))
    return next(found, None)


def _find_text_by_part(value: Record, keys: Mapping[str, str]) -> tuple[str, str]:
    """What an object with a time says under a key that only has in it that it is a text: `words_str`."""
    for key, written in keys.items():
        held = value[written]
        if not isinstance(held, str) or not any(map(str.isalpha, held)) or key in SPEAKERS:
            continue
        told = key.endswith(_NO_TEXTS) or written.endswith(("_id", "-id", "Id", "ID"))
        named = any(part in key for part in _PARTS) and not told
        if named and find_times(value, keys)[0] is not None:
            return written, text_of(held)
    return "", ""


def _text_of_page(held: Record) -> str | None:
    """A text as YouTube's pages hold it: `{"simpleText": "…"}`, `{"runs": [{"text": "…"}]}`; else None."""
    if isinstance(simple := held.get("simpleText"), str):
        return simple
    runs = held.get("runs")
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        return None
    texts = [run["text"] for run in runs if isinstance(run.get("text"), str)]
    return "".join(texts) if texts else None


def _pieces_of(held: object) -> list[str] | None:
    """A text in pieces, which may be objects with nothing else; None for another list.

    Links and the like stand as objects among texts as they are; texts alone are lines or paragraphs.
    """
    if not isinstance(held, list) or not held:
        return None
    pieces = [one.get("text") if isinstance(one, dict) else one for one in held]
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if len(texts) < len(pieces):
        return None
    if len(set(map(type, held))) > 1:
        return texts
    plain = all(one.keys() <= _OF_A_PIECE for one in held if isinstance(one, dict))
    return [f"{text}\n" for text in texts] if plain else None


def find_time_of_message(value: Record, keys: Mapping[str, str]) -> float | None:
    """When a message was written, in seconds from 1970; None where it is not told."""
    dates = (value[keys[key]] for key in _SENT if key in keys)
    moments = (_seconds_of_date(date) for date in dates if isinstance(date, str) and _DATE.match(date))
    return next(filter(None, moments), None)


def unwrap_record(value: Record) -> Record:
    """A passage with what some services keep in an object inside of it: `{"text": …, "attributes": {…}}`."""
    if not any(isinstance(value.get(key), str) for key in value if str(key).lower() in _TEXTS):
        return value
    inner = {key: held for key, held in value.items() if key.lower() in _WRAPPERS and isinstance(held, dict)}
    if not inner:
        return value
    known = {key: held for one in inner.values() for key, held in one.items()}
    return {**known, **{key: held for key, held in value.items() if key not in inner}}
