"""What services send while they listen, as programs log it, and the channels that they hear apart."""

import json

import pytest

from tests.unit.formats.account import checked


def spoken(*events):
    """What is said in a log of these events, an object a line."""
    data = "\n".join(json.dumps(one) for one in events).encode()
    return [(s.start, s.speaker, s.text) for s in checked(data, "a.json").segments]


def words_of(text, start, **more):
    """The words of a text, each 0.2 seconds after the one before."""
    return [
        {"word": word, "start": round(start + at / 5, 1), "end": round(start + at / 5 + 0.1, 1), **more}
        for at, word in enumerate(text.split())
    ]


def results_of(text, start, speaker=None, channel=None):
    """The words of a text and its full stop as Speechmatics writes them."""
    around = {} if channel is None else {"channel": channel}
    who = {} if speaker is None else {"speaker": speaker}
    out = [
        {
            "type": "word",
            "start_time": word["start"],
            "end_time": word["end"],
            "alternatives": [{"content": word["word"], **who}],
            **around,
        }
        for word in words_of(text, start)
    ]
    stop = {"type": "punctuation", "attaches_to": "previous", "is_eos": True, **around}
    return [*out, {**stop, "alternatives": [{"content": ".", **who}]}]


def added(text, start, speaker):
    metadata = {"transcript": f"{text}. ", "start_time": start, "end_time": start + 1}
    return {"message": "AddTranscript", "metadata": metadata, "results": results_of(text, start, speaker)}


def test_speechmatics_stream_has_its_speakers_and_none_of_its_notices():
    partial = {**added("We live", 0.5, "S1"), "message": "AddPartialTranscript"}
    translated = {"message": "AddTranslation", "results": [{"content": "Um neun.", "start_time": 0.5}]}
    notice = {"message": "Info", "type": "recognition_quality", "reason": "A model for broadcasts is used."}
    assert spoken(
        notice, partial, added("We leave at nine", 0.5, "S1"), translated, added("Yes", 4, "S2")
    ) == [
        (0.5, "S1", "We leave at nine."),
        (4, "S2", "Yes."),
    ]


def test_revs_stream_has_its_marks():
    def final(text, start):
        elements = [
            {"type": "text", "value": text, "ts": start, "end_ts": start + 1},
            {"type": "punct", "value": "."},
        ]
        return {"type": "final", "ts": start, "end_ts": start + 1, "elements": elements}

    partial = {"type": "partial", "ts": 0, "elements": [{"type": "text", "value": "no"}]}
    assert spoken({"type": "connected"}, partial, final("Now", 0.5), final("Yes", 4)) == [
        (0.5, None, "Now."),
        (4, None, "Yes."),
    ]


def test_what_deepgram_hears_of_a_turn_before_its_end_is_not_said():
    def turn(event, at, text):
        window = {"audio_window_start": 4.0 * at, "audio_window_end": 4.0 * at + 3}
        return {"type": "TurnInfo", "event": event, "turn_index": at, "transcript": text, **window}

    assert spoken(
        turn("StartOfTurn", 0, "We"),
        turn("Update", 0, "We live"),
        turn("EagerEndOfTurn", 0, "We leave at nine."),
        turn("EndOfTurn", 0, "We leave at nine."),
        turn("EndOfTurn", 1, "Yes, at nine."),
    ) == [(0, None, "We leave at nine."), (4, None, "Yes, at nine.")]


def test_googles_stream_is_read_without_what_was_not_final():
    def result(text, **more):
        return {"results": [{"alternatives": [{"transcript": text}], "resultEndTime": "2s", **more}]}

    events = result("we live", stability=0.9), result("We leave.", isFinal=True), result("Yes.", isFinal=True)
    assert [text for _, _, text in spoken(*events)] == ["We leave.", "Yes."]


def test_what_gladia_translates_is_not_said_again():
    said = {"text": "We leave at nine.", "start": 0.5, "end": 2, "words": words_of("We leave at nine.", 0.5)}
    translated = {"text": "Um neun.", "start": 0.5, "end": 2}
    assert spoken(
        {"type": "transcript", "data": {"is_final": True, "utterance": said}},
        {"type": "translation", "data": {"utterance": said, "translated_utterance": translated}},
    ) == [(0.5, None, "We leave at nine.")]


def test_what_openai_sends_in_the_end_was_said_before():
    segment = {"type": "transcript.text.segment", "start": 0.5, "end": 2, "text": "Now.", "speaker": "A"}
    other = {**segment, "start": 4, "end": 5, "text": "Yes.", "speaker": "B"}
    done = {"type": "transcript.text.done", "text": "Now. Yes."}
    assert spoken(segment, other, done) == [(0.5, "A", "Now."), (4, "B", "Yes.")]


def test_elevenlabs_stream_is_no_chat_and_says_all_once():
    started = {"message_type": "session_started", "session_id": "a"}
    partial = {"message_type": "partial_transcript", "text": "We"}
    said = {"message_type": "committed_transcript", "text": "We leave at nine."}
    timed = {**said, "message_type": "committed_transcript_with_timestamps"}
    timed["words"] = words_of(said["text"], 0.5)
    assert spoken(started, partial, said, timed) == [(0.5, None, "We leave at nine.")]
    assert spoken(started, partial, said) == [(None, None, "We leave at nine.")]


def test_each_channel_of_speechmatics_is_somebody_and_keeps_its_words_together():
    agent, caller = (
        results_of("We leave at nine", 0.5, None, "Agent"),
        results_of("I see", 0.6, None, "Caller"),
    )
    mixed = [one for pair in zip(agent, caller, strict=False) for one in pair] + agent[len(caller) :]
    assert spoken({"results": mixed}) == [(0.5, "Agent", "We leave at nine."), (0.6, "Caller", "I see.")]


def test_speakers_of_two_channels_are_two_of_one_number():
    results = results_of("Now", 0.5, "S1", "left") + results_of("Yes", 4, "S1", "right")
    assert [who for _, who, _ in spoken({"results": results})] == ["left S1", "right S1"]

    def channel(*turns):
        words = [word for text, start, who in turns for word in words_of(text, start, speaker=who)]
        return {"alternatives": [{"transcript": " ".join(text for text, _, _ in turns), "words": words}]}

    apart = channel(("Now.", 0.5, 0)), channel(("Yes.", 4, 0), ("No.", 6, 1))
    assert spoken({"results": {"channels": apart}}) == [
        (0.5, "Channel 1", "Now."),
        (4, "Channel 2 Speaker 0", "Yes."),
        (6, "Channel 2 Speaker 1", "No."),
    ]


def test_what_is_recorded_apart_is_said_by_those_its_lists_are_named_after():
    first = [{"start": 0.5, "end": 2, "text": "Now."}, {"start": 6, "end": 7, "text": "So we go."}]
    second = [{"start": 4, "end": 5, "text": "Yes, at nine."}]
    recorded = ("agent", "customer"), ("left", "right"), ("channel_0", "channel_1"), ("Ann", "Ben")
    said_by = ("A", "B"), ("ann", "ben"), ("S1", "S2"), ("speaker_a", "speaker_b"), ("spk_0", "spk_1")
    for one, other in (*recorded, *said_by):
        expected = [(0.5, one, "Now."), (4, other, "Yes, at nine."), (6, one, "So we go.")]
        assert spoken({one: first, other: second}) == expected
        whole = {"text": "Now. So we go.", "segments": first}
        assert spoken({one: whole, other: {"text": "Yes, at nine.", "segments": second}}) == expected


def test_a_list_in_another_language_is_nobodys_track():
    said = {"start": 0.5, "end": 2, "text": "We leave at nine."}
    assert spoken({"en": [said], "de": [{**said, "text": "Um neun."}]}) == [(0.5, None, said["text"])]


@pytest.mark.parametrize("names", [("English", "German"), ("left", "right")])
def test_lists_with_the_same_times_are_one_talk_in_two_languages_or_a_copy(names):
    lists = {
        name: [{"start": at, "end": at + 2, "text": f"{name} {at} spoken."} for at in (0, 4, 8.5)]
        for name in names
    }
    assert [(start, who) for start, who, _ in spoken(lists)] == [(0, None), (4, None), (8.5, None)]


def test_what_two_heard_of_the_same_is_not_said_by_two():
    heard = "We leave at nine, and not before the last of the boxes is in the van.".split()
    said = [{"start": 2.0 * at, "end": 2 * at + 1.5, "text": word} for at, word in enumerate(heard, 1)]
    later = [{**one, "start": one["start"] + 0.3, "end": one["end"] + 0.3} for one in said]
    later[-1]["text"] = "fan."
    assert {speaker for _, speaker, _ in spoken({"A": said, "B": later})} == {None}


@pytest.mark.parametrize("name", ["S{}", "s{}", "page {}", "story {}"])
def test_sentences_and_chapters_by_number_are_said_by_nobody_of_that_name(name):
    said = ["We leave at nine.", "Is it so early?", "The van is full.", "Who packed it?", "Nobody knows."]
    parts = {
        name.format(at): {"start": 4.0 * at, "end": 4 * at + 3, "text": text}
        for at, text in enumerate(said, 1)
    }
    assert [(who, text) for _, who, text in spoken(parts)] == [(None, text) for text in said]


def test_what_is_heard_at_once_under_letters_is_not_said_by_turns():
    english = ["We leave at nine.", "The van is full.", "Nobody told me.", "I see."]
    french = ["On part à neuf heures.", "Le camion est plein.", "On ne me l'a pas dit.", "Je vois."]
    lists = {
        name: [
            {"start": late + 4 * at, "end": late + 4 * at + 3, "text": text} for at, text in enumerate(said)
        ]
        for name, late, said in (("E", 0.0, english), ("F", 0.8, french))
    }
    assert [(who, text) for _, who, text in spoken(lists)] in (
        [(None, text) for text in english],
        [(None, text) for text in french],
    )
    answers = {"question": {"start": 1, "end": 3, "text": "What is the capital of Italy?"}}
    answers |= {name: {"start": at, "end": at + 1, "text": "Rome."} for at, name in ((4, "A"), (6, "B"))}
    assert [who for _, who, _ in spoken(answers)] == [None]


def test_who_has_a_name_may_be_heard_at_once_with_others():
    first = [{"start": at, "end": at + 8, "text": text} for at, text in ((0, "We leave."), (8, "At nine."))]
    second = [{"start": at, "end": at + 8, "text": text} for at, text in ((4, "Now?"), (12, "So early?"))]
    expected = [(0, "ann", "We leave."), (4, "ben", "Now?"), (8, "ann", "At nine."), (12, "ben", "So early?")]
    assert spoken({"ann": first, "ben": second}) == expected
    assert {who for _, who, _ in spoken({"A": first, "B": second})} == {None}
