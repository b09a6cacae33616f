"""The JSON and XML of services: what may be missing, doubled or odd in them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.errors import InputError
from daemon.formats import read
from tests.unit.formats.account import checked
from tests.unit.growth import NEARLY_LINEAR, growth


def of(content, name="a.json"):
    return read(json.dumps(content).encode(), name)


def turns(transcript):
    return [(s.start, s.speaker, s.text) for s in transcript.segments]


def refused(content):
    with pytest.raises(InputError) as error:
        of(content)
    return str(error.value)


def word(text, start, speaker=None, key="text", scale=1):
    return {key: text, "start": start * scale, "end": (start + 1) * scale, "speaker": speaker}


def assemblyai(utterances, text=None, **rest):
    whole = " ".join(one["text"] for one in utterances) if text is None else text
    return {"utterances": utterances, "text": whole, **rest}


def test_a_speaker_missing_on_single_words_is_the_one_before():
    words = [
        word("Well", 1, "A", scale=1000),
        word("I", 2, None, scale=1000),
        word("see", 3, "A", scale=1000),
    ]
    transcript = of(assemblyai([{"speaker": "A", "start": 1000, "text": "Well I see", "words": words}]))
    assert turns(transcript) == [(1.0, "Speaker A", "Well I see")]
    assert transcript.segments[0].times == (1.0, 2.0, 3.0)


def test_an_utterance_without_a_speaker_between_two_of_one_is_theirs():
    said = [{"speaker": name, "start": n * 1000, "text": "So."} for n, name in enumerate("AxABxA")]
    for one in said:
        one["speaker"] = None if one["speaker"] == "x" else one["speaker"]
    names = [s.speaker for s in of(assemblyai(said)).segments]
    assert names == ["Speaker A", "Speaker A", "Speaker A", "Speaker B", None, "Speaker A"]


def test_a_name_that_was_given_to_a_speaker_stays():
    assert of(assemblyai([{"speaker": "Ann", "start": 0, "text": "So."}])).segments[0].speaker == "Ann"


def test_a_text_that_says_more_than_the_utterances_is_refused():
    assert "holds 2 words" in refused(assemblyai([{"start": 0, "text": "One."}], text="One. Two three."))


def test_chinese_text_beside_its_segments_is_a_repeat_in_any_order():
    said = [{"start": 0, "text": "你好。"}, {"start": 1000, "text": "我们开始。"}]
    transcript = of(assemblyai(said, text="我们开始。你好。"))
    assert transcript.words == 3
    assert transcript.dropped == {"repeated in text": 3}


def deepgram(*channels):
    return {"results": {"channels": [{"alternatives": [channel]} for channel in channels]}}


def test_sentences_of_paragraphs_are_segments_with_the_times_of_their_words():
    words = [word(w, n, 0, key="punctuated_word") for n, w in enumerate("Hello there. How are you?".split())]
    sentences = [
        {"text": "Hello there.", "start": 0, "end": 2},
        {"text": "How are you?", "start": 2, "end": 5},
    ]
    inner = {"paragraphs": [{"speaker": 0, "sentences": sentences}]}
    transcript = of(
        deepgram({"transcript": "Hello there. How are you?", "words": words, "paragraphs": inner})
    )
    assert turns(transcript) == [(0.0, "Speaker 0", "Hello there."), (2.0, "Speaker 0", "How are you?")]
    assert [s.times for s in transcript.segments] == [(0.0, 1.0), (2.0, 3.0, 4.0)]


def test_paragraphs_that_spell_another_text_are_of_no_use():
    inner = {"paragraphs": [{"sentences": [{"text": "Something else", "start": 0, "end": 1}]}]}
    assert turns(of(deepgram({"transcript": "Hello there.", "paragraphs": inner}))) == [
        (None, None, "Hello there.")
    ]


def test_words_that_do_not_spell_the_sentences_leave_the_sentences_their_times():
    sentences = [{"text": "It is 5.", "start": 1, "end": 2}, {"text": "Yes.", "start": 3, "end": 4}]
    transcript = of(
        deepgram(
            {
                "transcript": "It is 5. Yes.",
                "words": [word("five", 1)],
                "paragraphs": {"paragraphs": [{"speaker": 1, "sentences": sentences}]},
            }
        )
    )
    assert turns(transcript) == [(1.0, "Speaker 1", "It is 5."), (3.0, "Speaker 1", "Yes.")]


def test_a_long_text_with_times_is_cut_after_its_sentences():
    said = "".join(f"Round {n} goes on. " for n in range(40))
    words = [word(w, n, key="punctuated_word") for n, w in enumerate(said.split())]
    transcript = of(deepgram({"transcript": said, "words": words}))
    assert len(transcript.segments) == 40
    assert turns(transcript)[1] == (4.0, None, "Round 1 goes on.")
    assert not any(segment.continues for segment in transcript.segments)


@pytest.mark.parametrize(
    "content",
    [
        {"results": []},
        {"results": {"channels": 3}},
        {"results": {"channels": [{"alternatives": ["hello"]}]}},
        {"results": {"transcripts": [{"transcript": "hello"}], "items": ["hello"]}},
        {"events": [{"tStartMs": 0, "segs": ["hello"]}]},
        {"events": [{"tStartMs": 0}, {"segs": [{"utf8": "hello"}]}]},
        {"utterances": ["hello"]},
        {"transcription": [{"text": None}]},
        {"segments": [{"body": "hello"}, "hello"]},
        {"monologues": [{}], "text": "hello"},
    ],
)
def test_what_is_not_of_its_services_shape_is_refused_with_what_is_read(content):
    message = refused(content)
    assert "shape" in message
    assert "Deepgram" in message


def test_youtubes_empty_events_and_line_ends_are_nothing():
    events = [
        {"tStartMs": 0},
        {"tStartMs": 5, "segs": [{"utf8": "\n"}]},
        {"tStartMs": 10, "segs": [{"utf8": "Hi"}]},
    ]
    assert turns(of({"events": events})) == [(0.01, None, "Hi")]


def test_a_caption_that_stays_on_the_screen_is_over_when_the_next_begins():
    events = [{"tStartMs": n * 1000, "dDurationMs": 5000, "segs": [{"utf8": "So."}]} for n in range(3)]
    assert [s.end for s in of({"events": events}).segments] == [1.0, 2.0, 7.0]


def test_what_is_said_twice_stays_twice():
    events = [{"tStartMs": n * 1000, "dDurationMs": 1000, "segs": [{"utf8": "Yes."}]} for n in range(4)]
    assert [s.text for s in of({"events": events}).segments] == ["Yes."] * 4


def srv3(body):
    return read(f'<?xml version="1.0"?><timedtext format="3">{body}</timedtext>'.encode(), "a.srv3")


def test_text_outside_of_the_captions_is_dropped_for_that_reason():
    transcript = srv3('<head>two words</head><body><p t="0" d="9">said</p></body>')
    assert transcript.dropped == {"outside of captions": 2}


def test_elements_that_are_not_known_keep_their_text_and_part_no_word():
    transcript = srv3('a<x/>b <body><p t="0" d="9">a <x>b</x> c<x/>d</p></body>')
    assert transcript.segments[0].text == "a b cd"
    assert transcript.dropped == {"outside of captions": 1}


@pytest.mark.parametrize(
    "body", ["<p>no time</p>", '<p t="0"><p t="1">a</p></p>', '<p t="0">a</p><text t="1">b</text>']
)
def test_captions_without_a_time_or_inside_each_other_are_refused(body):
    with pytest.raises(InputError, match="not of YouTube's shape"):
        srv3(body)


KEYS = (
    "text utterances words start end speaker results channels alternatives transcript transcripts items "
    "content paragraphs sentences events segs utf8 tStartMs segments body startTime transcription offsets"
).split()
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=14,
)
SHAPES = [
    lambda value: {"events": [{"tStartMs": 0, "segs": value}]},
    lambda value: {"results": {"channels": value}},
    lambda value: {"results": {"channels": [{"alternatives": [value]}]}},
    lambda value: {"results": {"transcripts": [{"transcript": "a b"}], "items": value}},
    lambda value: {"results": {"transcripts": value, "speaker_labels": value}},
    lambda value: {"utterances": [{"text": "a b", "words": value, "speaker": value}]},
    lambda value: {"utterances": value, "text": "a"},
    lambda value: {"segments": [{"body": "a", "startTime": value, "speaker": value}]},
    lambda value: {"transcription": value},
    lambda value: value,
]


@given(JSON, st.sampled_from(SHAPES))
def test_whatever_stands_where_something_is_expected_is_read_or_refused(value, shape):
    checked(json.dumps(shape(value)).encode(), "a.json")


def test_speechmatics_first_version_has_its_speakers_apart_from_its_words():
    words = [("Good", "0.100"), ("morning", "0.5"), (".", "0.8"), ("Hello", "3.0"), (".", "3.3")]
    raw = {
        "format": "1.0",
        "job": {"lang": "en-GB"},
        "speakers": [{"name": "M1", "time": "0.100"}, {"name": "F2", "time": "3.0"}],
        "words": [
            {"name": name, "time": time, "duration": "0.3", "confidence": "0.9"} for name, time in words
        ],
    }
    talk = read(json.dumps(raw).encode(), "a.json")
    assert [(one.start, one.speaker, one.text) for one in talk.segments] == [
        (0.1, "M1", "Good morning."),
        (3.0, "F2", "Hello."),
    ]
    assert talk.language == "en-GB"


def test_a_speaker_who_is_a_number_in_text_is_called_speaker():
    raw = [{"start": 0, "end": 1, "speaker": "1", "text": "Hello."}]
    assert read(json.dumps(raw).encode(), "a.json").segments[0].speaker == "Speaker 1"


def test_json_lines_of_an_unknown_shape_are_refused_in_a_text_too():
    content = "# Draft\n\n" + "".join(f'{{"n":{n},"src":"Hello there","dst":"Hallo"}}\n' for n in range(4))
    with pytest.raises(InputError, match="JSON"):
        read(content.encode(), "draft.md")


@pytest.mark.parametrize("wrapper", ["attributes", "data", "meta"])
def test_times_and_speakers_in_an_object_inside_of_the_passage_are_its_own(wrapper):
    items = [
        {"text": "Good morning.", wrapper: {"start": 1.5, "end": 2.5, "speaker": "Ann"}},
        {"text": "Morning.", wrapper: {"start": 3.0, "end": 4.0, "speaker": "Ben"}},
    ]
    right = [(1.5, "Ann", "Good morning."), (3.0, "Ben", "Morning.")]
    assert turns(of({"items": items})) == turns(of(items)) == right


def test_a_time_by_the_name_of_time_is_read_and_lasts_until_the_next():
    transcript = of([{"time": "00:00:19", "text": "Good morning."}, {"time": "00:00:35", "text": "Morning."}])
    assert [(s.start, s.end) for s in transcript.segments] == [(19.0, 35.0), (35.0, None)]


def test_the_same_in_another_language_is_not_read_and_said():
    passages = [
        {"start": 1, "text": "Guten Morgen zusammen.", "english": "Good morning to all."},
        {"start": 3, "text": "Setzt euch doch hin.", "english": "Do sit down, please."},
    ]
    transcript = of({"passages": passages})
    assert [s.text for s in transcript.segments] == ["Guten Morgen zusammen.", "Setzt euch doch hin."]
    assert transcript.dropped["another list of texts"] == 8
    assert "english" in transcript.warnings[0]


def test_json_on_some_lines_only_is_called_that():
    with pytest.raises(InputError, match="JSON on some lines and other text on others, the first on line 2"):
        read(b'{"text": "good morning"}\nand then she said no\n{"text": "well"}\n', "a.txt")


@pytest.mark.parametrize(
    "spelt", [["It", "opens", "at", "3:00", "sharp."], ["it", "opens", "at", "3", "sharp."]]
)
def test_google_s_last_result_is_the_others_again_be_a_word_spelt_otherwise(spelt):
    words = [
        {"word": word, "startTime": f"{at}s", "speakerTag": 1 + at // 4} for at, word in enumerate(spelt * 4)
    ]
    said = " ".join(["It opens at 3 sharp."] * 4)
    results = [
        {"alternatives": [{"transcript": said}]},
        {"alternatives": [{"words": words, "transcript": ""}]},
    ]
    transcript = of({"results": results})
    assert " ".join(s.text for s in transcript.segments) == said
    assert {s.speaker for s in transcript.segments} == {f"Speaker {n}" for n in range(1, 6)}


def test_utterances_with_times_by_other_names_are_not_read_as_assemblyai_s():
    utterances = [
        {"voice": "A", "from": 1000, "to": 2500, "text": "Good morning to all of you."},
        {"voice": "B", "from": 3000, "to": 4500, "text": "Morning, and thank you for it."},
    ]
    transcript = of({"utterances": utterances})
    assert [(s.start, s.speaker) for s in transcript.segments] == [(1.0, "A"), (3.0, "B")]


SAID = [(2.0, "Ida", "The kiln is cold."), (6.0, "Kurt", "Not yet.")]


@pytest.mark.parametrize(
    "passage",
    [
        lambda start, who, said: {"ts": start, "username": who, "text": said},
        lambda start, who, said: {"t0": start, "who": who, "line": said},
        lambda start, who, said: {"start": start, "label": who, "transcript": said},
        lambda start, who, said: {
            "time": f"00:00:0{start:.0f} - 00:00:0{start + 1:.0f}",
            "speaker": who,
            "text": said,
        },
        lambda start, who, said: {
            "startDateTime": f"2026-05-01T10:00:0{start:.0f}Z",
            "speakerName": who,
            "spokenText": said,
        },
        lambda start, who, said: {
            "participant": {"id": 7, "name": who},
            "words": [{"text": word, "start_timestamp": {"relative": start}} for word in said.split()],
        },
        lambda start, who, said: {"start_time": start, "speaker": who, "words": said},
    ],
)
def test_times_and_speakers_are_read_under_other_keys(passage):
    read_turns = turns(of([passage(*one) for one in SAID]))
    first = read_turns[0][0]
    assert [(round(start - first, 3), who, said) for start, who, said in read_turns] == [
        (start - 2.0 if first == 0 else start - first, who, said) for start, who, said in SAID
    ]


def test_the_sentences_are_read_where_a_text_beside_them_has_neither_times_nor_speakers():
    sentences = [
        {"text": said, "start": start * 1000, "end": start * 1000 + 900, "spk": who}
        for start, who, said in SAID
    ]
    whole = " ".join(said for _, _, said in SAID)
    assert turns(of([{"key": "a", "text": whole, "sentence_info": sentences}])) == SAID


def test_turns_apart_from_the_words_are_in_the_unit_of_the_words():
    words = [
        {"text": word, "start": int(start * 1000), "end": int(start * 1000) + 500}
        for start, _, said in SAID
        for word in said.split()
    ]
    turns_apart = [
        {"speaker": who, "start": int(start * 1000), "end": int(start * 1000) + 2000}
        for start, who, _ in SAID
    ]
    assert [who for _, who, _ in turns(of({"words": words, "paragraphs": turns_apart}))] == ["Ida", "Kurt"]


def test_a_translation_beside_each_text_is_not_read_and_that_is_said():
    transcript = of(
        [{"id": n, "text": "Der Ofen ist kalt.", "english": "The kiln is cold."} for n in range(3)]
    )
    assert transcript.dropped["another list of texts"] == 12
    assert any("not read" in warning for warning in transcript.warnings)


def test_a_page_about_something_is_no_transcript():
    refused({"name": "Kilns", "tagline": "", "body": "We build kilns.", "note": "Ask us."})
    refused([{"title": "Kilns", "content": "We build kilns."}, {"title": "Clay", "content": "We dig it."}])


def test_words_under_value_with_their_times_are_words():
    words = [{"time": 0, "duration": 400, "value": "Is"}, {"time": 400, "duration": 500, "value": "it?"}]
    answer = [{"time": 1200, "duration": 400, "value": "Yes."}]
    content = {"paragraphs": [{"speaker": "Ida", "words": words}, {"speaker": "Kurt", "words": answer}]}
    assert turns(of(content)) == [(0.0, "Ida", "Is it?"), (1.2, "Kurt", "Yes.")]


def test_messages_with_a_day_and_a_writer_are_read():
    first = {
        "id": 1,
        "date": "2024-05-01T10:00:00",
        "from": "Ida",
        "text": ["Look at ", {"type": "link", "text": "this"}],
    }
    second = {"id": 2, "date": "2024-05-01T10:00:05", "from": "Kurt", "text": "I do."}
    assert turns(of({"messages": [first, second]})) == [(0.0, "Ida", "Look at this"), (5.0, "Kurt", "I do.")]


def test_a_time_under_from_is_nobody():
    content = {"lines": [{"from": "00:00:01", "to": "00:00:02", "text": "Is it cold?"}]}
    assert turns(of(content)) == [(1.0, None, "Is it cold?")]


@pytest.mark.parametrize(
    ("group", "speaker"), [("panel", None), ("Ida Lund", "Ida Lund"), ("Speaker 1", "Speaker 1")]
)
def test_what_several_have_in_common_is_no_speaker(group, speaker):
    transcript = of({"segments": [{"start": 0, "end": 2, "text": "Is it cold?", "speaker_group": group}]})
    assert [s.speaker for s in transcript.segments] == [speaker]
    assert bool(transcript.warnings) == (speaker is None)


def test_words_that_have_marks_where_the_text_has_none_part_their_speakers():
    spelt = zip("is it cold it is".split(), "Is it cold? It is.".split(), strict=True)
    words = [
        {"word": bare, "punctuated_word": marked, "start": at, "end": at + 0.5, "speaker": int(at > 2)}
        for at, (bare, marked) in enumerate(spelt)
    ]
    guess = {"transcript": "is it cold it is", "words": words}
    told = turns(of({"results": {"channels": [{"alternatives": [guess]}]}}))
    assert told == [(0.0, "Speaker 0", "is it cold"), (3.0, "Speaker 1", "it is")]


def test_words_of_several_that_spell_another_text_are_nobodys():
    words = [word("Is", 0, "A", "word"), word("it?", 1, "B", "word")]
    content = {"segments": [{"start": 0, "end": 2, "text": "Was it cold?", "words": words}]}
    assert [s.speaker for s in of(content).segments] == [None]


def test_lists_of_texts_alone_and_of_subtitles_are_read():
    assert turns(of([{"id": 1, "source_text": "Is it cold?"}])) == [(None, None, "Is it cold?")]
    game = [{"id": "a", "speaker": "Ida", "subtitle": "It\u00adis cold."}]
    assert turns(of(game)) == [(None, "Ida", "Itis cold.")]


def test_milliseconds_may_be_called_by_where_a_passage_begins():
    content = {"utterances": [{"who": "Ida", "beginMs": 2000, "stopMs": 3000, "text": "Is it cold?"}]}
    assert [(s.start, s.end) for s in of(content).segments] == [(2.0, 3.0)]


@pytest.mark.parametrize(
    "text",
    [
        '{"segments":[{"start":1,"end":2,"text":"we began in June","text":"and it rained"}]}',
        '{"segments":[{"start":1,"end":2,"text":"we began"}],"segments":[{"start":3,"text":"in June"}]}',
        '{"text":"<p>we began</p>","media":"a.mp3","media-time":1,"text":"<p>in June</p>"}',
    ],
)
def test_a_key_that_comes_twice_with_other_words_is_refused(text):
    with pytest.raises(InputError, match="twice in one object"):
        read(text.encode(), "talk.json")


def test_a_key_that_comes_twice_with_the_same_words_or_without_any_is_read():
    text = '{"segments":[{"id":1,"id":2,"text":"","start":1,"end":2,"text":"we began","text":"we began"}]}'
    assert read(text.encode(), "talk.json").segments[0].text == "we began"


BY_TWO = [
    {"start": 0.5, "end": 1, "speaker": "A", "text": "We began."},
    {"start": 2, "end": 3, "speaker": "B", "text": "No."},
]


@pytest.mark.parametrize(
    "people",
    [
        {"speakers": {"A": "Ann Berg", "B": "Tom Reed"}},
        {"speakers": {"A": {"name": "Ann Berg"}, "B": {"name": "Tom Reed"}}},
        {"speaker_map": {"A": "Ann Berg", "B": "Tom Reed"}},
        {
            "participants": [
                {"participantId": "A", "displayName": "Ann Berg"},
                {"id": "B", "name": "Tom Reed"},
            ]
        },
    ],
)
def test_a_table_of_who_takes_part_gives_the_names(people):
    assert turns(of(people | {"segments": BY_TWO})) == [
        (0.5, "Ann Berg", "We began."),
        (2.0, "Tom Reed", "No."),
    ]
    by_id = [{"participantId": one["speaker"], **one} for one in BY_TWO]
    for one in by_id:
        del one["speaker"]
    assert [s.speaker for s in of(people | {"utterances": by_id}).segments] == ["Ann Berg", "Tom Reed"]


def test_an_id_that_a_program_made_up_is_nobodys_name():
    said = [one | {"speaker": f"3f2a9c10-77aa-4c1d-9a51-0f6c2f1f000{one['speaker']}"} for one in BY_TWO * 2]
    names = [s.speaker for s in of({"speakers": [], "segments": said}).segments]
    assert names == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2"]


def test_objects_of_several_lines_one_behind_the_other_are_read():
    content = '{\n  "text" : "the harbour froze"\n}{\n  "text" : "that winter"\n}\n{\n  "text" : ""\n}\n'
    assert [s.text for s in read(content.encode(), "a.json").segments] == ["the harbour froze", "that winter"]
    with pytest.raises(InputError, match="damaged or cut off"):
        read(content.removesuffix('""\n}\n').encode(), "a.json")


@pytest.mark.long
def test_thousands_who_have_only_made_up_ids_are_counted_in_linear_time():
    def read_speakers(count):
        said = [BY_TWO[0] | {"speaker": f"3f2a9c10-77aa-4c1d-9a51-{at:012x}"} for at in range(count)]
        return [segment.speaker for segment in of({"speakers": [], "segments": said}).segments]

    assert growth(read_speakers, 1000, 8000) < NEARLY_LINEAR
    assert read_speakers(8000)[-1] == "Speaker 8000"


def test_each_channel_of_aws_is_somebody_and_keeps_its_words_together():
    def item(text, start=None, end=None):
        times = {} if start is None else {"start_time": str(start), "end_time": str(end)}
        return {"alternatives": [{"content": text}], **times}

    first = [item("Good", 0.1, 0.4), item("morning", 0.7, 0.9), item("."), item("Sit", 2, 3), item(".")]
    second = [item("Oh", 0.5, 0.6), item("yes", 0.65, 1.3), item(".")]
    channels = [{"channel_label": f"ch_{at}", "items": items} for at, items in enumerate((first, second))]
    content = {
        "results": {
            "transcripts": [{"transcript": "Good Oh yes morning. . Sit."}],
            "channel_labels": {"channels": channels, "number_of_channels": 2},
            "items": first + second,
        }
    }
    assert turns(of(content)) == [
        (0.1, "Channel 0", "Good morning."),
        (0.5, "Channel 1", "Oh yes."),
        (2.0, "Channel 0", "Sit."),
    ]


def test_words_of_somebody_without_a_name_are_not_those_of_the_one_before():
    def words(*texts, at):
        return [{"text": text, "start": at, "end": at + 0.4} for text in texts]

    content = [
        {"participant": {"id": 100, "name": "Ann"}, "words": words("Good", "morning.", at=1)},
        {"participant": {"id": 200, "name": None}, "words": words("Yes.", at=1.5)},
    ]
    assert turns(of(content)) == [(1.0, "Ann", "Good morning."), (1.5, "Speaker 200", "Yes.")]
    content = {
        "paragraphs": [
            {"speaker": "Ann", "words": words("Good", "morning.", at=1)},
            {"speaker": None, "words": words("Yes.", at=1.5)},
        ]
    }
    assert turns(of(content)) == [(1.0, "Ann", "Good morning."), (1.5, None, "Yes.")]


def test_what_was_shown_until_more_was_heard_is_no_speech():
    def heard(text, start, *, final):
        return {"start": start, "is_final": final, "channel": {"alternatives": [{"transcript": text}]}}

    lines = [
        heard("good", 0.0, final=False),
        heard("good morning to", 0.0, final=False),
        heard("Good morning to you.", 0.0, final=True),
        {"type": "Metadata", "duration": 3},
        heard("Yes.", 2.0, final=True),
    ]
    transcript = read("\n".join(map(json.dumps, lines)).encode(), "a.jsonl")
    assert [s.text for s in transcript.segments] == ["Good morning to you.", "Yes."]


def test_a_first_word_without_a_start_begins_the_recording():
    words = [
        {"word": "Good", "endOffset": "0.4s"},
        {"word": "day.", "startOffset": "0.5s", "endOffset": "1s"},
    ]
    content = {"results": [{"alternatives": [{"transcript": "Good day.", "words": words}]}]}
    assert turns(of(content)) == [(0.0, None, "Good day.")]


@pytest.mark.parametrize(
    "made",
    [
        lambda who, start, text: {
            "ParticipantRole": who,
            "BeginOffsetMillis": start * 1000,
            "EndOffsetMillis": start * 1000 + 900,
            "Content": text,
        },
        lambda who, start, text: {
            "speakerId": "4f@1",
            "speakerDisplayName": who,
            "start": start,
            "text": text,
        },
        lambda who, start, text: {
            "speaker": who,
            "words": [{"text": f"{word} ", "data_start": start} for word in text.split()],
            "data_start": start,
        },
        lambda who, start, text: {"from": {"id": "x", "name": who}, "timeOffset": start, "text": text},
    ],
)
def test_more_keys_of_services_are_known(made):
    content = {"Transcript": [made("Ann", 1, "Good morning to you."), made("Tom", 4, "Yes, it is.")]}
    assert turns(of(content)) == [(1.0, "Ann", "Good morning to you."), (4.0, "Tom", "Yes, it is.")]


def test_each_channel_of_google_is_somebody_and_ends_when_its_result_does():
    results = [
        {"alternatives": [{"transcript": said}], "channelTag": tag, "resultEndTime": end}
        for said, tag, end in [("Good morning.", 1, "2.5s"), ("Hello.", 2, "5s"), ("Well?", 1, "7s")]
    ]
    assert turns(of({"results": results})) == [
        (0.0, "Channel 1", "Good morning."),
        (2.5, "Channel 2", "Hello."),
        (5.0, "Channel 1", "Well?"),
    ]


def test_what_rev_types_has_its_times_as_texts():
    def said(word, start, end):
        return {"type": "text", "value": word, "timestamp": start, "end_timestamp": end}

    (segment,) = of(
        {
            "speakers": [{"id": 1, "name": "Ann Berg"}],
            "monologues": [{"speaker": 1, "elements": [said("Well", "00:00:01,500", "00:00:02,000")]}],
        }
    ).segments
    assert (segment.speaker, segment.start, segment.end) == ("Ann Berg", 1.5, 2.0)


def test_a_text_with_labels_beside_the_turns_says_no_more_than_they_do():
    turn = [{"role": "agent", "content": "Hello.", "words": [{"word": "Hello.", "start": 0.5, "end": 0.9}]}]
    turn += [{"role": "user", "content": "Hi.", "words": [{"word": "Hi.", "start": 2.5, "end": 2.8}]}]
    content = {"call_id": "x", "transcript": "Agent: Hello.\nUser: Hi.\n", "transcript_object": turn}
    assert turns(of(content)) == [(0.5, "agent", "Hello."), (2.5, "user", "Hi.")]


def test_a_sound_of_revai_is_no_markup_and_its_last_word_ends_when_it_says():
    elements = [
        {"type": "text", "value": "Well", "ts": 1.0, "end_ts": 1.5},
        {"type": "punct", "value": ". "},
        {"type": "unknown", "value": "<laugh>"},
    ]
    (segment,) = of({"monologues": [{"speaker": 0, "elements": elements}]}).segments
    assert (segment.text, segment.start, segment.end) == ("Well. [laugh]", 1.0, 1.5)


@pytest.mark.parametrize(
    ("passages", "speakers"),
    [
        (
            [  # Webex
                {"text": "Good morning.", "personName": "Ann", "offsetMillisecond": 500},
                {"text": "Hello.", "personName": "Ben", "offsetMillisecond": 3000},
            ],
            ["Ann", "Ben"],
        ),
        (
            [  # Zoom Phone
                {
                    "text": "Good morning.",
                    "ts": "00:00:00.500",
                    "users": [{"username": "Ann", "user_id": "x"}],
                },
                {"text": "Hello.", "ts": "00:00:03.000", "users": [{"username": "Ben", "user_id": "y"}]},
            ],
            ["Ann", "Ben"],
        ),
        (
            [  # Aircall
                {"text": "Good morning.", "start_time": 0.5, "participant_type": "internal", "user_id": 7},
                {"text": "Hello.", "start_time": 3, "participant_type": "external"},
            ],
            ["internal", "external"],
        ),
        (
            [  # RTZR
                {"msg": "Good morning.", "start_at": 500, "duration": 900, "spk": 0},
                {"msg": "Hello.", "start_at": 3000, "duration": 400, "spk": 1},
            ],
            ["Speaker 0", "Speaker 1"],
        ),
        (
            [  # Tencent
                {
                    "FinalSentence": "Good morning.",
                    "SliceSentence": "Good morning",
                    "StartMs": 500,
                    "SpeakerId": 0,
                },
                {"FinalSentence": "Hello.", "StartMs": 3000, "SpeakerId": 1},
            ],
            ["Speaker 0", "Speaker 1"],
        ),
        (
            [  # Kaltura
                {"text": "Good morning.", "timeStart": 500, "timeEnd": 2000, "speaker": "Ann"},
                {"text": "Hello.", "timeStart": 3000, "timeEnd": 4000, "speaker": "Ben"},
            ],
            ["Ann", "Ben"],
        ),
        (
            [  # FunASR
                {"text": "Good morning.", "start": 500, "end": 1300, "timestamp": [[500, 900], [900, 1300]]},
                {"text": "Hello.", "start": 3000, "end": 3400, "timestamp": [[3000, 3400]]},
            ],
            [None, None],
        ),
        (
            [  # Twilio
                {"transcript": "Good morning.", "start_time": 0.5, "media_channel": 1},
                {"transcript": "Hello.", "start_time": 3, "media_channel": 2},
            ],
            ["Channel 1", "Channel 2"],
        ),
        (
            [  # Chorus
                {"snippet": "Good morning.", "snippet_time": 0.5, "speaker_name": "Ann"},
                {"snippet": "Hello.", "snippet_time": 3.0, "speaker_name": "Ben"},
            ],
            ["Ann", "Ben"],
        ),
        (
            [  # aeneas
                {"begin": "0.500", "end": "2.5", "lines": ["Good", "morning."]},
                {"begin": "3.000", "end": "4.0", "lines": ["Hello."]},
            ],
            [None, None],
        ),
    ],
)
def test_the_keys_of_services_tell_who_speaks_and_when(passages, speakers):
    assert turns(of({"things": passages})) == [
        (0.5, speakers[0], "Good morning."),
        (3.0, speakers[1], "Hello."),
    ]


@pytest.mark.parametrize("who", ["speaker", "name", "character", "member", "speaker_name"])
@pytest.mark.parametrize("said", ["speech", "spoken", "said", "dialogue"])
def test_words_by_the_name_of_speech_are_somebodys_without_times_too(who, said):
    passages = [{who: "Ann", said: "Good morning."}, {who: "Ben", said: "Hello."}]
    assert turns(of({"hansard": passages})) == [(None, "Ann", "Good morning."), (None, "Ben", "Hello.")]


def test_words_by_the_name_of_speech_are_no_transcript_where_nobody_says_them():
    with pytest.raises(InputError):
        of({"verbs": [{"id": 1, "said": "past tense"}, {"id": 2, "said": "participle"}]})


@pytest.mark.parametrize("row", [lambda *it: it, lambda text, *times: (*times, text)])
def test_rows_of_a_text_and_two_times_are_passages(row):
    rows = [row("Good morning to all.", 0.5, 2), row("Hello.", 3.0, 2.5)]
    assert [(start, text) for start, _, text in turns(of(rows))] == [
        (0.5, "Good morning to all."),
        (3.0, "Hello."),
    ]
    words = [row(word, at / 10, at / 10 + 0.1) for at, word in enumerate(["We", "go", "on."])]
    assert turns(of(words)) == [(0.0, None, "We go on.")]


def test_rows_of_a_text_and_numbers_in_no_order_are_no_transcript():
    with pytest.raises(InputError):
        of([["Genesis", 50, 1533], ["Exodus", 40, 1213], ["Numbers", 36, 1288]])


def test_truth_values_beside_a_text_are_no_times():
    with pytest.raises(InputError):
        of([["Good morning to all.", False, 2], ["Hello.", True, 3]])


def test_messages_whose_content_is_a_list_stand_beside_those_whose_is_a_text():
    messages = [
        {"role": "user", "content": "Good morning."},
        {"role": "assistant", "content": [{"type": "text", "text": "Hello."}]},
        {"role": "user", "content": ["Well?"]},
    ]
    assert turns(of({"messages": messages})) == [
        (None, "user", "Good morning."),
        (None, "assistant", "Hello."),
        (None, "user", "Well?"),
    ]


def test_whole_numbers_too_large_for_seconds_are_thousandths_in_lists_like_whispers_too():
    segments = [
        {"speaker": "Ann", "text": "Good morning.", "start": 250, "end": 1200},
        {"speaker": "Ben", "text": "Hello.", "start": 2000, "end": 3000},
    ]
    assert turns(of(segments)) == [(0.25, "Ann", "Good morning."), (2.0, "Ben", "Hello.")]


def test_words_times_of_riva_count_thousandths():
    words = [
        {"word": text, "startTime": 100 + at * 400, "speakerTag": 1} for at, text in enumerate(["Aa", "bb"])
    ]
    results = [{"alternatives": [{"transcript": "Aa bb ", "words": words}]}]
    assert turns(of({"results": results})) == [(0.1, "Speaker 1", "Aa bb")]


def test_words_of_a_list_keep_their_times_under_keys_that_are_not_whispers():
    words = [{"text": "Good ", "data_start": 0.5, "data_end": 0.9}, {"text": "morning.", "data_start": 1.0}]
    assert turns(of([{"speaker": "Ann", "words": words}])) == [(0.5, "Ann", "Good morning.")]


@pytest.mark.parametrize(
    ("start", "end", "second"),
    [("startMillis", "endMillis", 1000), ("Start_Sec", "End_Sec", 1), ("bg", "ed", 1000)],
)
def test_words_of_a_segment_keep_their_times_under_keys_that_are_not_whispers(start, end, second):
    words = [
        {"word": "Good", start: 2 * second, end: 3 * second},
        {"word": "morning.", start: 3 * second, end: 5 * second},
    ]
    (segment,) = of({"segments": [{"text": "Good morning.", "words": words}]}).segments
    assert (segment.start, segment.end, segment.times) == (2.0, 5.0, (2.0, 3.0))


def test_names_before_what_they_said_in_the_text_beside_the_segments_are_no_words_of_its_own():
    segments = [
        {"start": 0, "text": "Hello.", "speaker": "agent"},
        {"start": 2, "text": "Hi.", "speaker": "A"},
    ]
    transcript = of({"text": "Agent: Hello.\nA: Hi.", "segments": segments})
    assert turns(transcript) == [(0, "agent", "Hello."), (2, "A", "Hi.")]


def test_what_a_page_left_in_a_text_is_no_word():
    texts = ["I don&amp;#39;t know", "R&amp;D is <i>fun</i><br />here", "a < b and the <br> tag"]
    passages = [{"text": text, "start": float(at)} for at, text in enumerate(texts)]
    said = [text for _, _, text in turns(of(passages))]
    assert said == ["I don't know", "R&D is fun here", "a < b and the <br> tag"]


def test_edits_of_a_review_under_another_name_are_told_from_a_transcript_and_how_to_name_them():
    edits = {"format": 1, "text_id": "0" * 64, "source": "talk.vtt", "amended": "", "edits": []}
    with pytest.raises(InputError, match="edits that were saved in a review") as caught:
        read(json.dumps(edits).encode(), "talk.json")
    assert "ends in .edits.json" in caught.value.mend


def test_the_summary_of_a_result_is_told_from_edits_and_from_a_transcript():
    summary = {"job_id": "1", "source": "talk.vtt", "settings_hash": "0", "text_id": "0" * 64, "edits": {}}
    with pytest.raises(InputError, match=r"what a result of this program says of itself \(summary.json\)"):
        read(json.dumps(summary).encode(), "summary.json")
