"""Services' JSON within what a program put around it, and what chat programs answered."""

import json
from pathlib import Path

import pytest

from daemon.formats import read
from tests.unit.formats.account import checked

CORPUS = Path(__file__).parent / "corpus"
SERVICES = (
    "assemblyai",
    "assemblyai-words-only",
    "aws",
    "aws-speakers-apart",
    "deepgram",
    "deepgram-two-channels",
    "elevenlabs",
    "google-words",
    "huggingface-speakers",
    "ibm",
    "result",
    "revai",
    "speechmatics",
    "whisper",
    "whisperx",
    "youtube-speakers",
)
AROUND = {
    "a list of one": lambda held: [held],
    "the answer of a server": lambda held: {"status": "succeeded", "message": "OK", "data": {"result": held}},
    "an answer with its header": lambda held: {"headers": {"content-type": "json"}, "body": held},
    "a text of JSON": json.dumps,
    "a text of JSON in an answer": lambda held: {"statusCode": 200, "body": json.dumps(held)},
}
SAID = [("Ann", "We leave at nine."), ("Ben", "Then I bring the bread.")]
TEXT = "Ann: We leave at nine.\nBen: Then I bring the bread."


def answers(text):
    """A text as chat programs answer it: OpenAI's two ways, Gemini's, Anthropic's, Ollama's."""
    part = {"type": "output_text", "text": text, "annotations": []}
    message = {"role": "assistant", "content": text}
    return [
        {"object": "chat.completion", "created": 1700000000, "choices": [{"index": 0, "message": message}]},
        {"object": "response", "output": [{"type": "message", "role": "assistant", "content": [part]}]},
        {"candidates": [{"content": {"parts": [{"text": text}], "role": "model"}, "finishReason": "STOP"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "text", "text": text}]},
        {"created_at": "2025-01-01T00:00:00Z", "message": message, "done": True},
    ]


def said(raw):
    return [(s.speaker, s.text) for s in checked(json.dumps(raw).encode(), "a.json").segments]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_wrote_is_read_as_its_own_within_what_a_program_put_around_it(service, around):
    plain = (CORPUS / f"{service}.json").read_bytes()
    wrapped = json.dumps(AROUND[around](json.loads(plain))).encode()
    assert checked(wrapped, "a.json").segments == read(plain, "a.json").segments


def test_words_beside_what_a_service_wrote_are_not_lost():
    aws = json.loads((CORPUS / "aws.json").read_bytes())
    found = checked(json.dumps({"result": aws, "notes": [{"text": "word " * 30}]}).encode(), "a.json")
    assert found.words_in_file > 30


def test_the_only_passage_of_a_list_keeps_its_time():
    raw = [{"start": 4, "end": 6, "speaker": "Ann", "text": "Yes.", "tokens": [{"id": 1}]}]
    found = checked(json.dumps(raw).encode(), "a.json").segments
    assert [(s.start, s.speaker, s.text) for s in found] == [(4, "Ann", "Yes.")]


@pytest.mark.parametrize("answer", answers(TEXT))
def test_a_transcript_that_a_chat_program_wrote_is_not_said_by_it(answer):
    assert said(answer) == SAID


@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```", "Here is the transcript:\n\n```json\n{}\n```"])
def test_json_that_a_chat_program_wrote_is_read_as_such(around):
    passages = [{"start": f"00:0{at}", "speaker": who, "text": text} for at, (who, text) in enumerate(SAID)]
    for answer in answers(around.format(json.dumps(passages))):
        assert said(answer) == SAID


def test_captions_that_a_chat_program_wrote_have_their_times():
    captions = "1\n00:00:01,000 --> 00:00:02,000\nYes.\n\n2\n00:00:04,000 --> 00:00:05,000\nNo."
    for answer in answers(captions):
        found = checked(json.dumps(answer).encode(), "a.json").segments
        assert [(s.start, s.speaker, s.text) for s in found] == [(1, None, "Yes."), (4, None, "No.")]


def test_a_talk_with_a_chat_program_keeps_who_wrote_what():
    raw = {"messages": [{"role": "user", "content": "Is it late?"}, {"role": "assistant", "content": "No."}]}
    assert said(raw) == [("user", "Is it late?"), ("assistant", "No.")]


def test_events_as_a_server_sends_them_are_json():
    events = [
        {"type": "transcript.text.segment", "start": 0.5, "end": 2, "text": "Who is it?", "speaker": "A"},
        {"type": "transcript.text.segment", "start": 4, "end": 5, "text": "Me.", "speaker": "B"},
    ]
    sent = (
        "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in events) + "data: [DONE]\n\n"
    )
    found = checked(sent.encode(), "a.txt").segments
    assert [(s.start, s.speaker, s.text) for s in found] == [(0.5, "A", "Who is it?"), (4, "B", "Me.")]


def test_a_line_that_begins_as_an_event_does_is_said_where_others_are_none():
    text = 'data: {"text": "x"} is what I typed.\nBen: Hm.\n'
    assert "typed" in " ".join(s.text for s in checked(text.encode(), "a.txt").segments)


PASSAGES = [{"start": 0.5, "speaker": who, "text": text} for who, text in SAID]


@pytest.mark.parametrize("name", ["a.js", "a.json", "a.txt"])
@pytest.mark.parametrize(
    "code",
    [
        "const talk = {};\n",
        "export const talk: Turn[] = {}",
        "export default {};\n",
        "window.__TALK__ = {};\n",
        "module.exports = {}\n",
        "show({});",
        "/**/ jQuery123_4({})",
        ")]}}'\n{}",
    ],
)
def test_json_in_the_code_of_a_page_is_read_without_the_code(code, name):
    found = checked(code.format(json.dumps(PASSAGES, indent=1)).encode(), name).segments
    assert [(s.speaker, s.text) for s in found] == SAID


def test_comments_in_json_and_commas_behind_its_lines_are_passed_over():
    lines = [json.dumps(one) for one in PASSAGES]
    commented = f"// made by a program\n[{lines[0]}, /* a *pause* */\n{lines[1]} // https://example.com\n]"
    for text in (commented, ",\n".join(lines), ",\n".join(lines) + ",\n"):
        assert [(s.speaker, s.text) for s in checked(text.encode(), "a.json").segments] == SAID


def test_an_address_in_json_is_no_comment():
    raw = json.dumps([{**PASSAGES[0], "text": "See https://example.com /* now */"}], indent=1)[:-1] + ",]"
    assert [s.text for s in checked(raw.encode(), "a.json").segments] == ["See https://example.com /* now */"]


@pytest.mark.parametrize(
    "printed",
    [
        "[Segment(id=1, start=0.5, end=2.0, text=' It\\'s late.', words=[Word(start=0.5, word=\" It's\")]), "
        "Segment(id=2, start=4.0, end=5.0, text=' Yes (now).', words=None)]",
        'Segment(id=1, start=0.5, end=2.0, text=" It\'s late.")\n'
        "Segment(id=2, start=4.0, end=5.0, text=' Yes (now).')\n",
        'FetchedTranscript(snippets=[FetchedTranscriptSnippet(text="It\'s late.", start=0.5, duration=1.5), '
        "FetchedTranscriptSnippet(text='Yes (now).', start=4.0, duration=1.0)], language_code='en')",
        "[(0.5, 2.0, \"It's late.\"), (4.0, 5.0, 'Yes (now).')]",
    ],
)
def test_what_python_prints_of_things_with_fields_is_read(printed):
    found = checked(printed.encode(), "a.txt").segments
    assert [(s.start, s.end, s.text) for s in found] == [(0.5, 2, "It's late."), (4, 5, "Yes (now).")]


def test_a_text_with_brackets_behind_a_word_is_said():
    text = "Well(maybe) we go (now)"
    assert [s.text for s in checked(text.encode(), "a.txt").segments] == [text]


def test_captions_that_json_holds_in_two_formats_are_said_once():
    srt = "1\n00:00:01,000 --> 00:00:02,000\nNow.\n\n2\n00:00:04,000 --> 00:00:05,000\nYes.\n\n"
    srt += "3\n00:00:06,000 --> 00:00:07,000\nGood.\n"
    vtt = "WEBVTT\n\n" + srt.replace(",000", ".000")
    found = checked(json.dumps({"text": "Now. Yes. Good.", "srt": srt, "vtt": vtt}).encode(), "a.json")
    assert [(s.start, s.text) for s in found.segments] == [(1, "Now."), (4, "Yes."), (6, "Good.")]


@pytest.mark.parametrize(
    "held",
    [
        {"transcript": [{"speaker": who, "text": text} for who, text in SAID]},
        {"transcript": [{"role": who, "text": text} for who, text in SAID]},
        {"segments": [{"start": 1, "text": text, "speaker": who} for who, text in SAID]},
    ],
)
def test_what_a_program_wrote_of_a_transcript_beside_it_does_not_take_its_place(held):
    found = checked(
        json.dumps({"notes": {"role": "assistant", "content": "Short."}, **held}).encode(), "a.json"
    )
    assert all(text in " ".join(s.text for s in found.segments) for _, text in SAID) or found.warnings


def test_a_chat_program_that_answers_somebody_is_one_of_two_who_speak():
    raw = {
        "transcript": [
            {"role": "customer", "content": "Is it late?"},
            {"role": "assistant", "content": "No."},
        ]
    }
    assert said(raw) == [("customer", "Is it late?"), ("assistant", "No.")]


def test_what_a_chat_program_thought_before_its_answer_is_no_part_of_it():
    thought = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "It is a talk. " * 9}]}
    answer = answers(TEXT)[1]
    assert said({**answer, "output": [thought, *answer["output"]]}) == SAID


def test_two_answers_of_a_service_in_one_file_are_both_accounted_for():
    words = [{"word": "Yes", "start": 0, "end": 1}, {"word": "now", "start": 1, "end": 2}]
    answer = {"results": {"channels": [{"alternatives": [{"transcript": "Yes now", "words": words}]}]}}
    assert checked(json.dumps({"first": answer, "second": answer}).encode(), "a.json").words_in_file == 4


def test_the_only_passage_of_a_list_keeps_who_says_it():
    assert said([{"speaker": {"name": "Ann"}, "text": "We leave at nine."}]) == SAID[:1]


@pytest.mark.parametrize("text", ["let us = [go]\nAnn: Yes.\nBen: No]\n", "Ann([laughs]): Yes.\nBen: No]\n"])
def test_brackets_behind_what_begins_as_code_does_are_said(text):
    found = checked(text.encode(), "a.txt")
    held = " ".join(f"{s.speaker}: {s.text}" for s in found.segments)
    assert text.split("\n")[0] in held
