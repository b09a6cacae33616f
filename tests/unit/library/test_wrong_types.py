"""What a program hands in by mistake is named where it comes in, before anything is asked, made or told."""

import os
import traceback

import pytest

from daemon import Chunk, LLMProcessor, ResumableProcessor, StateManager, process_transcript

KEY = "sk-not-for-anyone"
CHUNK = Chunk(0, "um hello")
PROMPT, TITLE = "Clean it.", "Tea"


@pytest.fixture
def processor():
    return LLMProcessor(api_key=KEY)


def run(processor, chunks):
    return ResumableProcessor(processor).process_with_checkpoints(chunks, PROMPT, TITLE, "tea.vtt")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda it: it.process_chunk("um hello", PROMPT, TITLE), "chunk must be Chunk, not str"),
        (lambda it: it.process_all_chunks("um", PROMPT, TITLE), "chunks[0] must be Chunk, not str"),
        (lambda it: it.process_all_chunks(CHUNK, PROMPT, TITLE), "chunks must be Sequence, not Chunk"),
        (lambda it: run(it, [CHUNK, "um hello"]), "chunks[1] must be Chunk, not str"),
        (lambda it: run(it, [CHUNK, Chunk(1, 5)]), "chunks[1].text must be str, not int"),
        (lambda it: it.process_chunk(Chunk("0", "um"), PROMPT, TITLE), "chunk.index must be int, not str"),
        (
            lambda it: run(it, [Chunk(0, "um hello", turns=("um hello",))]),
            "chunks[0].turns[0] must be Turn, not str",
        ),
        (lambda it: it.process_chunk(CHUNK, None, TITLE), "prompt_template must be str, not NoneType"),
        (lambda it: it.process_chunk(CHUNK, PROMPT, None), "video_title must be str, not NoneType"),
        (
            lambda it: it.process_chunk(CHUNK, PROMPT, TITLE, ["English"]),
            "output_language must be str or None, not list",
        ),
        (lambda it: it.load_prompt_template(1), "path must be str or Path or None, not int"),
        (lambda it: ResumableProcessor(KEY), "str has no process_chunk, model, provider"),
        (
            lambda it: ResumableProcessor(it, "my-state"),
            "state_manager must be StateManager or None, not str",
        ),
        (lambda it: StateManager().save({}), "state must be ProcessingState, not dict"),
        (lambda it: StateManager(7), "path must be str or PathLike or None, not int"),
        (lambda it: LLMProcessor(api_key=KEY.encode()), "api_key must be str or None, not bytes"),
        (
            lambda it: process_transcript([CHUNK], KEY, TITLE, progress_callback="tell"),
            "progress_callback must be a function or None, not str",
        ),
    ],
)
def test_a_wrong_type_is_named_with_its_argument(processor, tmp_path, monkeypatch, call, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TypeError) as caught:
        call(processor)
    assert message in str(caught.value)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert os.listdir() == []


def test_a_key_in_the_place_of_the_provider_is_not_told():
    with pytest.raises(ValueError, match=r"LLMProcessor\(api_key=…, model=…\)") as caught:
        LLMProcessor(KEY)
    assert KEY not in "".join(traceback.format_exception(caught.value))
