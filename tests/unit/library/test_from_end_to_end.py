"""The library as a program uses it, from end to end: the real client against a server on this machine."""

import os
import stat
import threading

import pytest

from daemon import (
    Chunk,
    LLMProcessor,
    LLMProvider,
    ProcessedChunk,
    ResumableProcessor,
    StateManager,
    process_transcript,
)
from daemon.errors import ConfigError
from tests.messages_server import Reply, clean, error

MODEL = "claude-haiku-5-5"
SAID = [
    "um hello and welcome to the show about tea",
    "uh we begin with how it came to England",
    "and um then we taste three of them",
    "the first one uh smells of smoke",
    "um the second one is green and bitter",
    "and uh that was all for today",
]
CLEANED = [text.replace("um ", "").replace("uh ", "") for text in SAID]


@pytest.fixture(autouse=True)
def surroundings(server, tmp_path, monkeypatch):
    """A working directory of the program's own, and the server's address where the client library looks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)


def build_chunks():
    return [
        Chunk(
            index=index,
            text=text,
            start_timestamp=f"00:{index:02}:00",
            context_buffer=SAID[index - 1] if index else None,
        )
        for index, text in enumerate(SAID)
    ]


def start_program():
    processor = LLMProcessor(api_key="sk-test", model=MODEL)
    return processor, ResumableProcessor(processor)


def texts(results):
    return [result.cleaned_text for result in results]


def steer(resumable, told):
    """What hears of the progress: it pauses behind the second chunk, goes on, and stops behind the fourth."""

    def progress(current, total, status):
        told.append((current, total, status))
        if status == "paused":
            assert resumable.is_paused
            assert StateManager().load().status == "paused"
            threading.Thread(target=resumable.resume).start()
        elif current == 2:
            resumable.pause()
        elif current == 4:
            resumable.stop()

    return progress


def test_a_program_is_paused_resumed_and_stopped_and_the_next_one_does_the_rest(server):
    chunks, told = build_chunks(), []
    processor, resumable = start_program()
    template = processor.load_prompt_template(None)
    assert (processor.model, processor.provider.value) == (MODEL, "anthropic")
    results, completed = resumable.process_with_checkpoints(
        chunks, template, "About tea", "tea.vtt", progress_callback=steer(resumable, told)
    )
    assert (texts(results), completed) == (CLEANED[:4], False)
    assert told == [
        (1, 6, "processing"),
        (2, 6, "processing"),
        (2, 6, "paused"),
        (3, 6, "processing"),
        (4, 6, "processing"),
    ]
    assert os.listdir() == [".transcriptd-run"]
    assert stat.S_IMODE(os.stat(".transcriptd-run").st_mode) == 0o700
    state = StateManager().load()
    assert (state.file_name, state.total_chunks, state.completed_chunks) == ("tea.vtt", 6, [0, 1, 2, 3])

    _, resumable = start_program()
    results, completed = resumable.process_with_checkpoints(chunks, template, "About tea", "tea.vtt")
    assert (texts(results), completed) == (CLEANED, True)
    assert len(server.requests) == 6
    assert StateManager().load() is None
    assert all(isinstance(result, ProcessedChunk) and result.cost > 0 for result in results)


def test_a_transcript_is_cleaned_in_one_call(server):
    told = []
    results, summary, completed = process_transcript(
        build_chunks(),
        "sk-test",
        "About tea",
        prompt_path=None,
        progress_callback=lambda *now: told.append(now),
    )
    assert (texts(results), completed) == (CLEANED, True)
    assert told == [(done, 6) for done in range(1, 7)]
    assert summary == {
        "chunks_processed": 6,
        "total_input_tokens": sum(result.input_tokens for result in results),
        "total_output_tokens": sum(result.output_tokens for result in results),
        "total_cost": round(sum(result.cost for result in results), 4),
        "model": MODEL,
    }
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer sk-test"}


def test_two_files_cleaned_in_turns_in_one_folder_are_each_paid_for_once(server):
    refused = []
    server.fault = lambda body: (
        refused.append(body) or error(401) if "bitter" in str(body["messages"]) else None
    )
    files = {"tea.vtt": build_chunks(), "tea in two.vtt": build_chunks()}
    for name, chunks in files.items():
        processor, resumable = start_program()
        with pytest.raises(Exception, match="refuses the API key"):
            resumable.process_with_checkpoints(chunks, processor.load_prompt_template(), "Tea", name)
    server.fault = lambda body: None
    for name, chunks in files.items():
        processor, resumable = start_program()
        results, completed = resumable.process_with_checkpoints(
            chunks, processor.load_prompt_template(), "Tea", name
        )
        assert (texts(results), completed) == (CLEANED, True)
    assert len(server.requests) - len(refused) == 12


def test_the_output_language_is_the_transcripts_own_where_none_is_named(server):
    processor = LLMProcessor(api_key="sk-test")
    ResumableProcessor(processor).process_with_checkpoints(
        build_chunks()[:1], processor.load_prompt_template(), "Tea", "tea.vtt", output_language=None
    )
    assert "the transcript's own language" in server.bodies[0]["system"][0]["text"]


def test_an_address_that_is_given_goes_before_the_environments(server, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    processor = LLMProcessor(api_key="sk-test", base_url=server.url)
    assert processor.process_chunk(build_chunks()[0], "Clean it.", "Tea").cleaned_text == CLEANED[0]


@pytest.mark.parametrize(
    ("provider", "variable"), [("anthropic", "ANTHROPIC_BASE_URL"), ("openai", "OPENAI_BASE_URL")]
)
def test_an_address_of_the_environment_that_is_none_is_named_by_its_variable(monkeypatch, provider, variable):
    monkeypatch.setenv(variable, "localhost:8080")
    with pytest.raises(ConfigError, match=rf"^\${variable} is not an address"):
        LLMProcessor(provider, api_key="sk-test", model="m")


def test_a_prompt_that_is_none_is_the_default_style():
    processor = LLMProcessor(api_key="sk-test")
    assert processor.load_prompt_template(None) == processor.load_prompt_template("clean")


def test_the_provider_may_be_named_or_given():
    assert LLMProcessor(LLMProvider.OFFLINE).provider is LLMProcessor("offline").provider


def test_openais_api_is_spoken_when_it_is_named_and_the_model_that_answered_signs(server):
    server.answer = lambda body: Reply(clean(body), model="another-model")
    processor = LLMProcessor("openai", model="a-model", base_url=server.url)
    result = processor.process_chunk(Chunk(0, "um hello and welcome"), "Clean it.", "Talk")
    assert server.requests[0].path == "/v1/chat/completions"
    assert (result.provider, result.model, result.flags) == ("openai", "another-model", ())


def test_openais_api_has_no_default_model():
    with pytest.raises(ValueError, match="model must be named"):
        LLMProcessor("openai", "sk-test")
