"""JSON whose keys or shapes differ from those of the services that are known."""

import json
import time

import pytest

from daemon.errors import InputError
from daemon.formats import read
from tests.unit.formats.account import checked


def spoken(raw):
    return [(s.start, s.speaker, s.text) for s in checked(json.dumps(raw).encode(), "a.json").segments]


@pytest.mark.parametrize("key", ["speakerLabel", "speaker-id", "participantName", "SpeakerFullName"])
def test_who_speaks_is_told_under_many_keys(key):
    raw = {
        "segments": [
            {"start": n, "end": n + 1, key: name, "text": "Hello."} for n, name in enumerate(["Ann", "Ben"])
        ]
    }
    assert [speaker for _, speaker, _ in spoken(raw)] == ["Ann", "Ben"]


@pytest.mark.parametrize("wrap", [lambda held: held, lambda held: {"transcript": held}])
def test_an_object_with_numbers_for_keys_is_a_list(wrap):
    held = {
        str(n): {"start": n, "end": n + 1, "text": text} for n, text in enumerate(["one two", "three four"])
    }
    assert spoken(wrap(held)) == [(0, None, "one two"), (1, None, "three four")]


def test_the_speaker_that_whisper_cpp_writes_before_the_words_is_none_of_them():
    def cue(start, text):
        return {"offsets": {"from": start * 1000, "to": start * 1000 + 900}, "text": text}

    raw = {
        "transcription": [
            cue(1, " (speaker 0) Hello."),
            cue(2, " (speaker ?) Hm."),
            cue(3, " (speaker 1) Hi."),
        ]
    }
    assert spoken(raw) == [(1, "Speaker 0", "Hello."), (2, None, "Hm."), (3, "Speaker 1", "Hi.")]


def test_the_letters_at_which_a_word_stands_are_no_times():
    words = [
        {"case": "success", "start": 0.1, "end": 0.3, "startOffset": 0, "endOffset": 5, "word": "Hello"},
        {"case": "not-found-in-audio", "startOffset": 6, "endOffset": 11, "word": "there"},
    ]
    found = checked(json.dumps({"transcript": "Hello there.", "words": words}).encode(), "a.json").segments
    assert [(s.start, s.end, s.text) for s in found] == [(0.1, 0.3, "Hello there.")]


def test_texts_of_youtubes_pages_are_whole():
    raw = {
        "segments": [
            {
                "renderer": {
                    "startMs": "1000",
                    "endMs": "3000",
                    "snippet": {"runs": [{"text": "the ferry "}, {"text": "leaves"}]},
                }
            },
            {"renderer": {"startMs": "4000", "endMs": "5000", "snippet": {"simpleText": "at nine"}}},
        ]
    }
    assert spoken(raw) == [(1, None, "the ferry leaves"), (4, None, "at nine")]


def test_a_text_of_lines_that_name_who_speaks_is_read_as_one():
    raw = {"title": "Talk", "transcript": "Ann: Hello.\nBen: Hi.\nAnn: Bye.\n"}
    assert spoken(raw) == [(None, "Ann", "Hello."), (None, "Ben", "Hi."), (None, "Ann", "Bye.")]


@pytest.mark.parametrize(
    "form", ["```json\n{}\n```\n", "{}", "```\n{}```"], ids=["fence", "comma", "fence without a name"]
)
def test_json_between_fences_or_with_commas_behind_the_last_is_read(form):
    held = '[{"start": 1, "end": 2, "text": "One,] two"},\n {"start": 3, "end": 4, "text": "Three"},\n]'
    found = checked(form.format(held).encode(), "a.txt").segments
    assert [(s.start, s.text) for s in found] == [(1, "One,] two"), (3, "Three")]


def test_times_whose_keys_end_with_the_unit_are_read():
    said = [
        {"start_s": 0.5, "end_s": 2.5, "speaker_id": n, "words": [{"word": "good"}, {"word": "day"}]}
        for n in (0, 1)
    ]
    segments = read(json.dumps({"segments": said}).encode(), "a.json").segments
    assert [(s.start, s.speaker, s.text) for s in segments] == [
        (0.5, "Speaker 0", "good day"),
        (0.5, "Speaker 1", "good day"),
    ]


def test_texts_of_pieces_of_a_recording_are_read_where_their_list_says_that_it_is_a_transcription():
    pieces = [
        {"file": f"chunk_{n}.wav", "text": text, "success": True}
        for n, text in enumerate(["Good day.", "Begin?"])
    ]
    raw = {"metadata": {"input_file": "a.mkv"}, "transcriptions": pieces}
    assert [s.text for s in read(json.dumps(raw).encode(), "a.json").segments] == ["Good day.", "Begin?"]


def test_what_is_partial_is_said_once():
    results = [
        {"StartTime": 0.1, "EndTime": 0.9, "IsPartial": partial, "Alternatives": [{"Transcript": text}]}
        for partial, text in [(True, "Good"), (False, "Good morning.")]
    ]
    raw = {"Transcript": {"Results": results}}
    assert [s.text for s in read(json.dumps(raw).encode(), "a.json").segments] == ["Good morning."]


@pytest.mark.parametrize("within", ["timestamp", "list"])
def test_times_that_nemo_gives_its_segments_are_read(within):
    segments = [{"segment": "Good day.", "start": 0.5, "end": 1}, {"segment": "Begin?", "start": 2, "end": 3}]
    words = [{"word": "Good", "start": 0.5, "end": 0.7}, {"word": "day.", "start": 0.8, "end": 1}]
    text = "Good day. Begin?"
    whole = {"text": text, "timestamp": {"word": words, "segment": segments}}
    raw = whole if within == "timestamp" else [{"text": text, "segments": segments}]
    said = [(s.start, s.text) for s in read(json.dumps(raw).encode(), "a.json").segments]
    assert said == [(0.5, "Good day."), (2, "Begin?")]


@pytest.mark.parametrize("key", ["words_str", "spoken_words", "transcriptText", "dialogue", "what_was_said"])
def test_what_is_said_stands_under_a_key_that_only_has_in_it_that_it_is_a_text(key):
    said = ["Good morning, all of you.", "Yes.", "Then we begin with the mill."]
    passages = [
        {"id": f"t{at}", "speaker_name": who, "start_time": 4.0 * at, "end_time": 4.0 * at + 3, key: text}
        for at, (who, text) in enumerate(zip(["Ann", "Ben", "Ann"], said, strict=True))
    ]
    tasks = [{"owner": "Ben", "text": "Send the plan of the mill to all of us"}]
    talk = read(json.dumps({"transcript": passages, "action_items": tasks}).encode(), "a.json")
    assert [one.text for one in talk.segments] == said
    assert [one.speaker for one in talk.segments] == ["Ann", "Ben", "Ann"]
    assert [one.start for one in talk.segments] == [0.0, 4.0, 8.0]


def test_a_monologue_has_its_own_times_where_its_elements_have_none():
    parts = [
        {"speaker": at, "start_time": 5.0 * at, "end_time": 5.0 * at + 4,
         "elements": [{"type": "text", "value": "Good "}, {"type": "text", "value": "morning."}]}
        for at in range(2)
    ]  # fmt: skip
    talk = read(json.dumps({"monologues": parts}).encode(), "a.json")
    assert [(one.start, one.end) for one in talk.segments] == [(0.0, 4.0), (5.0, 9.0)]
    assert not talk.warnings


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (["The ferry leaves\\Nat nine.", "Bring them."], ["The ferry leaves at nine.", "Bring them."]),
        (["One\\ntwo.", "Three\\nfour."], ["One two.", "Three four."]),
        (["One\\ntwo in C:\\new.", "Three\\nfour."], ["One\\ntwo in C:\\new.", "Three\\nfour."]),
        (["The \\N is a mark.", "So it is."], ["The \\N is a mark.", "So it is."]),
    ],
)
def test_line_ends_that_were_escaped_twice_are_line_ends_where_no_backslash_is_spoken_of(written, said):
    segments = [{"start": at, "end": at + 1, "text": text} for at, text in enumerate(written)]
    transcript = checked(json.dumps({"segments": segments}).encode(), "a.json")
    assert [s.text for s in transcript.segments] == said


@pytest.mark.parametrize("key", ["transcript", "transcription", "sentence", "content", "utterance", "msg"])
@pytest.mark.parametrize("unit", [1, 1000])
def test_utterances_may_have_what_is_said_under_any_known_key(key, unit):
    said = [("A", "The ferry leaves at nine."), ("B", "We bring the tickets."), ("A", "Then we go.")]
    raw = {
        "utterances": [
            {"speaker": who, "start": at * unit, "end": (at + 2) * unit, key: text}
            for at, (who, text) in zip((1, 4, 7), said, strict=True)
        ]
    }
    assert [(start, text) for start, _, text in spoken(raw)] == [
        (1, said[0][1]),
        (4, said[1][1]),
        (7, said[2][1]),
    ]
    assert len({who for _, who, _ in spoken(raw)}) == 2


def test_utterances_with_nothing_but_single_words_are_read():
    words = [
        {"text": text, "start": 1000 + 300 * n, "end": 1200 + 300 * n}
        for n, text in enumerate(["So", "far."])
    ]
    raw = {"utterances": [{"speaker": "A", "start": 1000, "end": 1500, "words": words}]}
    assert [(start, text) for start, _, text in spoken(raw)] == [(1, "So far.")]


@pytest.mark.parametrize("key", ["body", "word", "words"])
def test_segments_may_have_what_is_said_under_the_key_of_something_else(key):
    said = ["The ferry leaves at nine.", "We bring the tickets."]
    raw = {
        "segments": [{"start": at, "end": at + 2, key: text} for at, text in zip((1, 4), said, strict=True)]
    }
    assert spoken(raw) == [(1, None, said[0]), (4, None, said[1])]


AWS_CALL = {
    "Transcript": [
        {
            "Content": "Hello, Ann.",
            "ParticipantRole": "AGENT",
            "Items": [
                {"Content": "Hello", "BeginOffsetMillis": 40, "EndOffsetMillis": 330},
                {"Content": ","},
                {"Content": "Ann", "BeginOffsetMillis": 400, "EndOffsetMillis": 700},
                {"Content": "."},
            ],
        },
        {
            "Content": "Hi.",
            "ParticipantRole": "CUSTOMER",
            "Items": [{"Content": "Hi", "BeginOffsetMillis": 900}, {"Content": "."}],
        },
    ]
}


def test_a_list_that_spells_what_is_said_gives_its_words_their_times():
    assert spoken(AWS_CALL) == [(0.04, "AGENT", "Hello, Ann."), (0.9, "CUSTOMER", "Hi.")]
    assert read(json.dumps(AWS_CALL).encode(), "a.json").segments[0].times == (0.04, 0.4)


def test_a_list_beside_what_is_said_that_says_something_else_is_none_of_its_words():
    raw = {
        "segments": [
            {"start": 1, "text": "We sell it.", "notes": [{"text": "sold", "start": 5}, {"text": "done"}]},
            {"start": 2, "text": "Good.", "notes": []},
        ]
    }
    assert [start for start, _, _ in spoken(raw)] == [1, 2]


def test_segments_with_speakers_are_read_and_not_their_words_and_marks_one_by_one():
    words = "Hello . How are you ? Fine .".split()
    raw = {
        "items": [
            {"content": word, **({} if word in ".?" else {"start_timestamp_millis": 1000 + n * 300})}
            for n, word in enumerate(words)
        ],
        "audio_segments": [
            {
                "text": "Hello. How are you?",
                "start_timestamp_millis": 1000,
                "end_timestamp_millis": 2600,
                "speaker": {"speaker_label": "spk_1"},
            },
            {"text": "Fine.", "start_timestamp_millis": 2800, "speaker": {"speaker_label": "spk_0"}},
        ],
    }
    assert spoken(raw) == [(1, "spk_1", "Hello. How are you?"), (2.8, "spk_0", "Fine.")]


def label_studio(first, second):
    def mark(kind, start, end, **value):
        value = {"start": start, "end": end, "channel": 0, **value}
        return {"value": value, "id": f"r{start}", "from_name": kind, "to_name": "audio", "type": kind}

    rows = [(1.5, 3.0, first, "Where was that?"), (3.5, 6.0, second, "By the river.")]
    result = [
        mark(kind, a, b, **held)
        for a, b, label, said in rows
        for kind, held in (("labels", {"labels": [label]}), ("transcription", {"text": [said]}))
    ]
    return [{"id": 4, "annotations": [{"id": 3, "result": result}]}]


@pytest.mark.parametrize(
    ("first", "second", "speakers"),
    [("Speaker 1", "Speaker 2", ["Speaker 1", "Speaker 2"]), ("Speech", "Speech", [None, None])],
)
def test_the_label_of_a_stretch_says_who_speaks_and_not_the_form_that_was_filled_in(first, second, speakers):
    found = spoken(label_studio(first, second))
    assert [speaker for _, speaker, _ in found] == speakers
    assert [(start, said) for start, _, said in found] == [(1.5, "Where was that?"), (3.5, "By the river.")]


@pytest.mark.parametrize(
    "raw",
    [
        [[{"text": "two beans", "start": 0.0, "duration": 2.0}, {"text": "one pea", "start": 2.0}]],
        [["two beans", 0.0, 2.0], ["one pea", 2.0, 3.0]],
        [[0.0, 2.0, "two beans"], [2.0, 3.0, "one pea"]],
    ],
)
def test_lists_in_a_list_are_json_under_any_name(raw):
    found = checked(json.dumps(raw).encode(), "a.txt")
    assert [(s.start, s.text) for s in found.segments] == [(0, "two beans"), (2, "one pea")]


def test_a_text_that_begins_with_brackets_is_a_text():
    for content in ("[[noise]] We went on. [ends]", '["Hi," she said.] We went on. [ends]', "[-5 degrees]"):
        assert checked(content.encode(), "a.txt").kind == "text"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<p>It rained.</p>\n<p>Ships &amp; boats came <b>in</b>.</p>", "It rained. Ships & boats came in."),
        ("<pd_text><p>It rained.</p><p>All day.</p></pd_text>", "It rained. All day."),
        ('<div class="x"><p>Well, <a href="/y">yes</a>.<br/>So</p></div>', "Well, yes. So"),
        ("If a <b and c> d it rained.", "If a <b and c> d it rained."),
        ("<p>It is /?a=1&amp;section=2</p>", "It is /?a=1&section=2"),
        ("<p>If a <b and c> d, it&amp;#39;s cold.</p>", "If a <b and c> d, it's cold."),
    ],
)
def test_the_tags_of_a_page_around_what_is_said_are_no_words(written, said):
    assert spoken([{"speaker": "Ann", "text": written}, {"speaker": "Ben", "text": "Yes."}]) == [
        (None, "Ann", said),
        (None, "Ben", "Yes."),
    ]


@pytest.mark.parametrize("key", ["DisplayText", "NBest"])
def test_the_ticks_of_a_single_phrase_are_no_seconds(key):
    said = "Good morning." if key == "DisplayText" else [{"Display": "Good morning."}]
    raw = {"RecognitionStatus": "Success", "Offset": 5_000_000, "Duration": 12_000_000, key: said}
    assert spoken(raw) == [(0.5, None, "Good morning.")]


def lines_of(*messages):
    data = "\n".join(map(json.dumps, messages)).encode()
    return [(s.start, s.speaker, s.text) for s in checked(data, "a.jsonl").segments]


@pytest.mark.parametrize(
    ("partial", "final"),
    [
        ({"message": "AddPartialTranscript"}, {"message": "AddTranscript"}),
        ({"message_type": "PartialTranscript"}, {"message_type": "FinalTranscript"}),
        ({"type": "partial"}, {"type": "final"}),
        ({"type": "Turn", "end_of_turn": False}, {"type": "Turn", "end_of_turn": True}),
    ],
)
def test_what_was_taken_for_said_until_more_was_heard_is_not_said(partial, final):
    begun = [{"start": 0.5, "end": 0.9, "text": "good"}]
    ended = [{"start": 0.5, "end": 0.9, "text": "Good"}, {"start": 0.9, "end": 1.2, "text": "morning."}]
    assert lines_of(
        {key: "RecognitionStarted" for key in partial if key == "message"} | {"id": 1},
        {**partial, "transcript": "good", "words": begun},
        {**final, "transcript": "Good morning.", "words": ended},
        {key: "EndOfTranscript" for key in partial if key == "message"} | {"id": 2},
    ) == [(0.5, None, "Good morning.")]


def test_a_message_of_one_word_is_said():
    said = [("Ann", "JavaScript"), ("Ben", "EndOfStory"), ("Ann", "YouTube")]
    raw = {"messages": [{"speaker": name, "message": message} for name, message in said]}
    assert [(speaker, message) for _, speaker, message in spoken(raw)] == said


LINES = [f"This is line {n} of all that was said on that day." for n in (1, 2, 3)]
SRT = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}\n\n" for n, line in enumerate(LINES, 1))


@pytest.mark.parametrize(
    ("key", "captions"), [("srt", SRT), ("vtt", "WEBVTT\n\n" + SRT.replace(",", ".")), ("captions", SRT)]
)
@pytest.mark.parametrize("beside", [{}, {"id": 4}, {"text": " ".join(LINES)}])
def test_captions_that_are_one_text_in_json_are_captions(beside, key, captions):
    assert spoken({**beside, key: captions}) == [(n, None, line) for n, line in enumerate(LINES, 1)]


def test_another_text_beside_captions_is_not_lost():
    other = (
        "And then she said that she would rather stay at home, since it had begun to rain, and we all did."
    )
    assert other in " ".join(said for _, _, said in spoken({"text": other, "srt": SRT}))


def test_what_nemo_heard_is_said():
    files = [
        {"audio_filepath": f"{n}.wav", "pred_text": said} for n, said in enumerate(["good day", "to you"])
    ]
    assert [said for _, _, said in lines_of(*files)] == ["good day", "to you"]


PRINTED = [
    {"start": 0.5, "end": 1.5, "speaker": "Ann", "text": "It's nine."},
    {"start": 2.0, "end": 2.5, "speaker": None, "text": 'He said "no",\nand it\'s \\ so \x85 \U0001f600.'},
]


@pytest.mark.parametrize(
    "write", [repr, lambda held: "\n".join(map(repr, held)), lambda held: repr({"segments": held})]
)
def test_what_python_printed_is_read_as_json(write):
    expected = [(0.5, "Ann", "It's nine."), (2, None, 'He said "no", and it\'s \\ so \U0001f600.')]
    found = checked(write(PRINTED).encode(), "a.txt").segments
    assert [(s.start, s.speaker, s.text) for s in found] == expected


def test_numbers_of_numpy_and_none_at_all_are_numbers():
    content = "[{'start': np.float64(0.5), 'end': nan, 'text': 'It is nine.', 'sure': True}]"
    assert [(s.start, s.text) for s in checked(content.encode(), "a.json").segments] == [(0.5, "It is nine.")]


def test_a_string_of_pythons_that_has_no_end_is_given_up_soon():
    content = "[{'text': '" + "\\'" * 100_000 + "}]"
    began = time.process_time()
    with pytest.raises(InputError):
        read(content.encode(), "a.json")
    assert time.process_time() - began < 5  # each quote looked at once; it would be minutes


def test_what_begins_as_python_prints_and_goes_on_as_text_is_text():
    content = "{'Ann': so she signs.\nBen: Yes.\nCleo: No.\nBen: Well.\n"
    assert checked(content.encode(), "a.txt").kind == "text"


def test_a_turn_that_comes_again_with_its_marks_is_said_once():
    def turn(said, *, formatted, ended, begins=0):
        words = [{"text": one, "start": begins + 500 * n} for n, one in enumerate(said.split(), 1)]
        states = {"turn_is_formatted": formatted, "end_of_turn": ended}
        return {"type": "Turn", "turn_order": 0, **states, "transcript": said, "words": words}

    turns = [
        turn("the", formatted=False, ended=False),
        turn("the ferry leaves", formatted=False, ended=True),
        turn("The ferry leaves.", formatted=True, ended=True),
    ]
    assert lines_of(*turns) == [(0.5, None, "The ferry leaves.")]
    assert lines_of(*turns[:2]) == [(0.5, None, "the ferry leaves")]
    last = turn("bring the tickets", formatted=False, ended=True, begins=4000)
    assert lines_of(*turns, last) == [(0.5, None, "The ferry leaves."), (4.5, None, "bring the tickets")]


@pytest.mark.parametrize("nobody", ["None", "null", "NaN", "UU", -1, "-1"])
def test_what_programs_write_for_whom_they_do_not_know_is_no_name(nobody):
    raw = [
        {"start": n, "end": n + 1, "speaker": who, "text": "It is nine."}
        for n, who in enumerate(["Ann", nobody, "Ben"])
    ]
    assert [speaker for _, speaker, _ in spoken(raw)] == ["Ann", None, "Ben"]
    assert not checked(json.dumps(raw[1:2]).encode(), "a.json").warnings


def speechmatics(*results, **metadata):
    found = [
        {
            "type": "word" if side is None else "punctuation", "start_time": n / 2, "end_time": n / 2,
            "alternatives": [{"content": said}], **({} if side is None else {"attaches_to": side}),
        }
        for n, (said, side) in enumerate(results)
    ]  # fmt: skip
    return [text for _, _, text in spoken({"format": "2.9", "metadata": metadata, "results": found})]


def test_marks_stand_at_the_word_they_belong_to():
    words = [("\u00bf", "next"), ("Qu\u00e9", None), ("hora", None), ("?", "previous")]
    assert speechmatics(*words) == ["\u00bfQu\u00e9 hora?"]


def test_words_stand_as_close_as_their_language_has_them():
    words = [("\u6211\u4eec", None), ("\u5f00\u59cb", None), ("\u3002", "previous")]
    assert speechmatics(*words, language_pack_info={"word_delimiter": ""}) == [
        "\u6211\u4eec\u5f00\u59cb\u3002"
    ]


@pytest.mark.parametrize("whole", [{}, {"text": "The ferry. Bring it."}])
def test_ends_of_turns_and_translations_among_the_words_are_not_said(whole):
    said = [("1", ["The", " fer", "ry", "."]), ("2", [" Bring", " it", "."])]
    tokens = [
        {"text": text, "start_ms": 1000 * at + 100 * n, "end_ms": 1000 * at + 100 * n + 80, "speaker": who}
        for at, (who, texts) in enumerate(said)
        for n, text in enumerate(texts)
    ]
    shown = [{"text": text, "translation_status": "translation"} for text in ["Die", " F\u00e4hre."]]
    end = {"text": "<end>", "start_ms": 400, "end_ms": 400, "speaker": "1"}
    raw = {**whole, "tokens": [*tokens[:4], *([] if whole else [end]), *shown, *tokens[4:]]}
    assert spoken(raw) == [(0, "Speaker 1", "The ferry."), (1, "Speaker 2", "Bring it.")]


def test_a_translation_is_read_where_nothing_else_is_given():
    shown = [
        {"text": text, "translation_status": "translation", "speaker": "1"}
        for text in ["Die", " F\u00e4hre."]
    ]
    assert spoken({"tokens": shown, "text": "Die F\u00e4hre."}) == [(None, "Speaker 1", "Die F\u00e4hre.")]


def test_captions_that_are_given_beside_what_was_said_with_its_times_are_not_said_again():
    words = [{"text": word, "start": n, "speaker_id": "Ann"} for n, word in enumerate(["One", "two."])]
    beside = [{"requested_format": "srt", "content": "1\n00:00:00,000 --> 00:00:02,000\nOne two.\n"}]
    whole = {"text": "One two.", "words": words, "additional_formats": beside}
    assert spoken(whole) == [(0, "Ann", "One two.")]


@pytest.mark.parametrize("within", ["srt", "text"])
@pytest.mark.parametrize("around", [list, lambda held: {"data": held[0]}, lambda held: {"captions": held}])
def test_captions_are_read_wherever_they_stand_in_json(around, within):
    held = [{"language": "eng", within: SRT}]
    assert spoken(around(held)) == [(n, None, line) for n, line in enumerate(LINES, 1)]


def test_who_speaks_and_when_may_stand_in_tokens_within_results_of_segments():
    def segment(at, word):
        times = {"starttime": at, "endtime": at + 400}
        results = [{"tokens": [{"written": word, **times}], **times, "text": word}]
        return {"results": results, "text": word}

    segments = [segment(500, "One."), segment(4000, "Two.")]
    assert [(start, text) for start, _, text in spoken({"segments": segments, "text": "One.Two."})] == [
        (0.5, "One."),
        (4.0, "Two."),
    ]


def test_a_time_may_stand_in_brackets_in_json():
    raw = [{"time": f"[00:0{n}:04]", "speaker": who, "text": "So."} for n, who in enumerate(["Ann", "Ben"])]
    assert spoken(raw) == [(4, "Ann", "So."), (64, "Ben", "So.")]


COLUMNS = {"start": [0.5, 4.0], "end": [2.5, 5.5], "speaker": ["Ann", "Ben"], "text": [LINES[0], LINES[1]]}


@pytest.mark.parametrize(
    "table",
    [
        COLUMNS,
        {name: dict(zip("01", column, strict=True)) for name, column in COLUMNS.items()},
        {"columns": [*COLUMNS], "index": [0, 1], "data": [*zip(*COLUMNS.values(), strict=True)]},
    ],
)
def test_a_table_that_is_written_by_its_columns_is_read_by_its_rows(table):
    assert spoken(table) == [(0.5, "Ann", LINES[0]), (4, "Ben", LINES[1])]


def test_columns_of_texts_without_times_or_speakers_are_no_transcript():
    with pytest.raises(InputError):
        read(json.dumps({"text": LINES, "label": ["a", "b", "c"]}).encode(), "a.json")


@pytest.mark.parametrize("form", ["{}: {}", "[{}]: {}", "- {}: {}", ">> {}: {}"])
@pytest.mark.parametrize("timed", [False, True])
def test_names_that_passages_say_in_their_texts_alone_are_read_as_in_captions(form, timed):
    said = [("ANN", "Good morning."), ("BEN", "Shall we?"), ("ANN", "Yes."), ("BEN", "Then go.")]
    texts = [form.format(*turn) for turn in said]
    raw = [{"text": text, "start": 2.0 * at, "duration": 1.5} for at, text in enumerate(texts)]
    for passage in raw if timed else []:
        words = passage["text"].split()
        passage["words"] = [{"word": word, "start": passage["start"] + n / 4} for n, word in enumerate(words)]
    assert [(speaker, text) for _, speaker, text in spoken(raw)] == said


def test_passages_that_name_nobody_keep_their_words_and_times():
    texts = ["Note: it rains.", "So: we go.", "We go.", "Then: home."]
    raw = [
        {"text": text, "start": at, "words": [{"word": word, "start": at} for word in text.split()]}
        for at, text in enumerate(texts)
    ]
    assert spoken(raw) == [(at, None, passage["text"]) for at, passage in enumerate(raw)]


def test_a_text_with_the_figures_of_its_tokens_is_a_transcript():
    tokens = [{"token": "Good", "logprob": -0.1, "bytes": [71]}, {"token": " morning", "logprob": -0.2}]
    raw = {"text": "Good morning.", "logprobs": tokens, "usage": {"total_tokens": 2}}
    assert spoken(raw) == [(None, None, "Good morning.")]


def test_a_second_guess_of_single_words_is_not_said():
    def guess(*words):
        timed = [{"word": word, "start_time": at, "duration": 0.5} for at, word in enumerate(words, 1)]
        return {"confidence": -9.5, "words": timed}

    raw = {"transcripts": [guess("good", "morning"), guess("could", "morning")]}
    assert spoken(raw) == [(1, None, "good morning")]


def test_lists_of_words_that_follow_each_other_are_no_guesses_of_the_same():
    words = [[{"word": word, "start": at, "end": at + 1}] for at, word in enumerate(["good", "morning"])]
    raw = {"items": [{"confidence": 0.9, "words": held} for held in words]}
    assert " ".join(text for _, _, text in spoken(raw)) == "good morning"


def test_a_summary_that_is_longer_than_what_was_said_is_not_taken_for_it():
    raw = {
        "Transcript": [{"BeginOffsetMillis": 500, "Content": "Yes.", "ParticipantRole": "AGENT"}],
        "ContactSummary": {"OverallSummary": {"Content": "The agent agreed to what was proposed."}},
    }
    assert spoken(raw) == [(0.5, "AGENT", "Yes.")]


@pytest.mark.parametrize("held", ["Ann", {"display_name": "Ann"}])
def test_what_somebody_is_told_by_may_be_a_designation_or_an_object(held):
    line = {"startTime": "00:00:01,500", "endTime": "00:00:02,000", "text": "Yes."}
    key = "speakerDesignation" if isinstance(held, str) else "speaker_info"
    assert spoken({"lines": [{**line, key: held}]}) == [(1.5, "Ann", "Yes.")]


def test_words_that_name_their_speakers_under_another_key_part_a_segment():
    def words(text, start, who):
        return [
            {"text": word, "start": start + at, "end": start + at + 0.5, "speaker_id": who}
            for at, word in enumerate(text.split())
        ]

    raw = {
        "segments": [
            {"text": "Good morning.", "words": words("Good morning.", 1, "speaker_0")},
            {"text": "Hi.", "words": words("Hi.", 4, "speaker_1")},
        ]
    }
    assert spoken(raw) == [(1, "speaker_0", "Good morning."), (4, "speaker_1", "Hi.")]


def test_what_revai_knows_of_a_speaker_names_him():
    elements = [{"type": "text", "value": "Yes", "ts": 0.5, "end_ts": 1}]
    raw = {"monologues": [{"speaker": 0, "speaker_info": {"display_name": "Ann"}, "elements": elements}]}
    assert spoken(raw) == [(0.5, "Ann", "Yes")]


def test_single_words_of_two_recordings_are_not_one_passage():
    def call(*said):
        return {"transcript": [{"text": word, "timestamp": 500 * at} for at, word in enumerate(said, 1)]}

    found = lines_of(call("good", "morning", "all", "of", "you"), call("good", "bye"))
    assert [said for _, _, said in found] == ["good morning all of you", "good bye"]


def test_voices_in_the_captions_that_a_players_json_holds_are_who_speaks():
    cues = [
        {"id": "1", "startTime": 0.5, "endTime": 2, "text": "<v Ann Berg>Is it <i>late</i>?</v>"},
        {"id": "2", "startTime": 4, "endTime": 6, "text": "<v.loud Ben>No &amp; no.</v>\n<v Ann Berg>Good."},
    ]
    assert [(who, text) for _, who, text in spoken({"cues": cues})] == [
        ("Ann Berg", "Is it late?"),
        ("Ben", "No & no."),
        ("Ann Berg", "Good."),
    ]


TIMED = [
    {"Start": 0.5, "End": 2.0},
    {"timestamps": [0.5, 2.0]},
    {"interval": [0.5, 2.0]},
    {"timing": {"start": 0.5, "end": 2.0}},
    {"timestamp": "0.5s - 2.0s"},
    {"time": "[0.5s --> 2.0s]"},
    {"onset": 0.5, "offset": 2.0},
    {"start_msec": 500, "end_msec": 2000},
    {"startTimeInMillis": 500, "endTimeInMillis": 2000},
    {"segment_start": 0.5, "segment_end": 2.0},
    {"utterance_start": 0.5, "utterance_end": 2.0},
    {"xmin": 0.5, "xmax": 2.0},
    {"stime": 0.5, "etime": 2.0},
    {"début": "00:00:00,5", "fin": "00:00:02"},
    {"начало": 0.5, "конец": 2.0},
    {"开始时间": "00:00:00.500", "结束时间": "00:00:02.000"},
]


@pytest.mark.parametrize("times", TIMED, ids=str)
def test_times_are_known_by_many_keys(times):
    found = checked(json.dumps([{**times, "speaker": "Ann", "text": "Is it late?"}]).encode(), "a.json")
    assert [(s.start, s.end, s.speaker) for s in found.segments] == [(0.5, 2, "Ann")]


def test_what_tells_of_the_making_of_a_passage_is_not_its_time():
    said = {"start": 0.5, "end": 2, "text": "Is it late?", "timing": {"latency": 0.3}}
    assert spoken({"segments": [said]}) == [(0.5, None, "Is it late?")]


def test_times_of_the_calendar_count_from_the_first_one():
    said = [
        {"start": f"2025-01-01T10:00:0{at}Z", "text": text}
        for at, text in ((1, "Now we go."), (5, "Yes, at nine."))
    ]
    assert spoken({"segments": said}) == [(0, None, "Now we go."), (4, None, "Yes, at nine.")]


KEYS = [
    "Speaker",
    "person",
    "talker",
    "displayName",
    "Sprecher",
    "locuteur",
    "hablante",
    "спикер",
    "说话人",
    "話者",
]


@pytest.mark.parametrize("key", KEYS)
def test_who_speaks_is_known_by_many_keys_beside_a_time(key):
    said = [{"start": at, key: name, "text": "Is it late?"} for at, name in enumerate(["Ann", "Ben"])]
    assert [who for _, who, _ in spoken({"segments": said})] == ["Ann", "Ben"]


@pytest.mark.parametrize(
    "key", ["chunk", "paragraph", "quote", "testo", "tekst", "текст", "文本", "テキスト", "내용"]
)
def test_what_is_said_is_known_by_many_keys_beside_a_time(key):
    assert spoken({"items": [{"start": 1, key: "Is it late?"}]}) == [(1, None, "Is it late?")]


def test_words_of_aws_that_end_before_the_only_start_end_with_it():
    items = [
        {"end_time": "1.5", "alternatives": [{"content": "Is"}]},
        {"start_time": "2.0", "alternatives": []},
    ]
    raw = {"results": {"transcripts": [{"transcript": "Is it late?"}], "items": items}}
    assert spoken(raw) == [(2, None, "Is it late?")]


def test_who_wrote_may_stand_in_an_object_of_one_letter():
    sent = {"rid": "garden", "ts": "2024-05-01T10:00:16.455Z"}
    messages = [
        {**sent, "msg": "Peas first.", "u": {"_id": "Xq3", "username": "ann.b", "name": "Ann Berg"}},
        {**sent, "msg": "Beans too.", "u": {"_id": "Yq4", "username": "tom.r"}},
    ]
    segments = read(json.dumps({"messages": messages, "success": True}).encode(), "a.json").segments
    assert [(s.speaker, s.text) for s in segments] == [("Ann Berg", "Peas first."), ("tom.r", "Beans too.")]


def test_what_amazons_post_call_analytics_call_a_speaker_is_read():
    people = enumerate(("Agent", "Ann"))
    told = {"SpeakerLabels": [{"Speaker": f"spk_{at}", "DisplayText": who} for at, who in people]}
    said = [("spk_0", 0.04, "Good morning."), ("spk_1", 1.5, "My peas are wet."), ("spk_0", 3.0, "Again?")]
    parts = [
        {"SegmentStartTime": at, "SegmentEndTime": at + 1, "SegmentSpeaker": who, "DisplayText": text}
        for who, at, text in said
    ]
    raw = {"ConversationAnalytics": told, "SpeechSegments": parts}
    segments = read(json.dumps(raw).encode(), "a.json").segments
    assert [(s.speaker, s.start) for s in segments] == [("Agent", 0.04), ("Ann", 1.5), ("Agent", 3.0)]


def test_whoever_has_a_numbered_key_says_what_stands_there():
    raw = {
        f"Speaker {who}": [{"start": who + 5 * at, "text": f"Row {at} is dry."} for at in range(3)]
        for who in range(5)
    }
    assert [speaker for _, speaker, _ in spoken(raw)] == [f"Speaker {who}" for who in range(5)] * 3


def test_pieces_of_a_recording_under_numbered_keys_are_all_said():
    said = [f"Row {row} of the peas is dry." for row in range(7)]
    pieces = [{"start": at, "end": at + 1, "content": text} for at, text in enumerate(said)]
    raw = {f"talk-{at}.wav": ["spk", [piece]] for at, piece in enumerate(pieces)}
    assert [text for _, _, text in spoken(raw)] == said
