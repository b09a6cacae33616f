"""Clean chunks: by a language model, whose answers are checked, or by the offline rules."""

from __future__ import annotations

import enum
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from daemon.cleaning import offline
from daemon.cleaning.attempts import Cleaning
from daemon.cleaning.chunk_questions import AnswerStore, KnownQuestions, Question, Questions, Unanswered
from daemon.cleaning.llm.model import Meter, Model
from daemon.cleaning.names.hidden_names import clean_named, show_result
from daemon.cleaning.prompt import Brief
from daemon.cleaning.style import find_style, style_of_prompt
from daemon.costs.pricing import Price, is_same_model
from daemon.costs.question import Label
from daemon.errors import ConfigError, ServiceError
from daemon.settings.address import HOSTED_APIS, read_host, show_address
from daemon.settings.config import DEFAULT_MODEL, Config
from daemon.system.argument_types import (
    require_function,
    require_names,
    require_number,
    require_type,
    require_words,
)
from daemon.text.chunk import Chunk
from daemon.text.cleaned_chunk import JOINED_MODELS, ProcessedChunk, kept_original
from daemon.text.names.pseudonyms import pseudonyms_of
from daemon.text.turns import Turn
from daemon.workers.admission import Admission, Permit


class LLMProvider(enum.StrEnum):
    """Whose model cleans, or the offline rules."""

    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    OFFLINE = "offline"


log = logging.getLogger(__name__)

OFFLINE_MODEL = offline.MODEL
_ADDRESS_VARIABLES = {  # as the client libraries name them
    LLMProvider.ANTHROPIC: "ANTHROPIC_BASE_URL",
    LLMProvider.OPENAI: "OPENAI_BASE_URL",
}
_DEFAULTS = Config()
_LEAST_SECONDS = 0.001  # for a request: with none at all it could only fail


class LLMProcessor:
    """Cleans chunks with one model at one address; thread-safe.

        LLMProcessor(api_key="sk-…", model="claude-haiku-5-5")

    `provider` says whose API is spoken: "anthropic", "openai" (an extra of the package), or "offline", none,
    when no request is ever made. `model` None is Anthropic's default model. `base_url` None is what the
    environment names as ANTHROPIC_BASE_URL or OPENAI_BASE_URL, as for the client library, and else the
    provider's own address; without a key the word "local" is sent as one to any other address. `attempts`
    (requests), `max_wait_seconds` and `timeout_seconds` are for one question; `glossary` holds names as they
    should be spelt; `pseudonyms` are what stands for a name in all that is sent, and results have the names.
    `meter` writes down what each request costs, by `prices` that go before the built-in list's.

    Raises TypeError or ValueError for an argument of a wrong kind, ConfigError for an impossible address or
    where the provider's library is not installed.
    """

    def __init__(
        self,
        provider: LLMProvider | str = LLMProvider.ANTHROPIC,
        api_key: str | None = None,
        model: str | None = None,
        *,
        base_url: str | None = None,
        glossary: Sequence[str] = (),
        attempts: int = _DEFAULTS.attempts,
        max_wait_seconds: float = _DEFAULTS.max_wait_seconds,
        timeout_seconds: float = _DEFAULTS.timeout_seconds,
        prices: Mapping[str, Price] | None = None,
        chunk_words: int = _DEFAULTS.chunk_words,
        thinking: bool | None = None,
        meter: Meter | None = None,
        pseudonyms: Mapping[str, str] | None = None,
    ) -> None:
        require_type("api_key", api_key, str, None)
        require_words("glossary", glossary)
        require_type("attempts", attempts, int)
        require_number("attempts", attempts, 1)
        require_number("max_wait_seconds", max_wait_seconds, 0)
        require_number("timeout_seconds", timeout_seconds, _LEAST_SECONDS)
        _require_prices(prices)
        require_type("chunk_words", chunk_words, int)
        require_number("chunk_words", chunk_words, 1)
        require_type("thinking", thinking, bool, None)
        require_names("pseudonyms", pseudonyms)
        self.provider = _read_provider(provider)
        self.model = _choose_model(self.provider, model)
        address = _choose_address(self.provider, base_url)
        self._admission = Admission()  # of requests that come without a permit
        self._glossary = tuple(glossary)
        self._pseudonyms = pseudonyms_of(pseudonyms or {})
        self._server = _describe_server(self.provider, address)
        self._is_absent = False
        self._model: Model | None = None
        if self.provider is not LLMProvider.OFFLINE:
            self._model = Model(
                model=self.model,
                api_key=api_key,
                base_url=address,
                provider=self.provider.value,
                attempts=attempts,
                max_wait_seconds=max_wait_seconds,
                timeout_seconds=timeout_seconds,
                meter=meter,
                prices=prices,
                chunk_words=chunk_words,
                thinking=thinking,
            )

    def prepare(self) -> None:
        """Load what the first request needs, ahead of it; raises ServiceError without a usable key."""
        if self._model is not None:
            self._model.prepare()

    def check(self) -> str:
        """Ask, free of charge, whether key and model are good, and tell what else is to be known.

        Raises ServiceError.
        """
        return self._model.check() if self._model is not None else ""

    def load_prompt_template(self, path: str | Path | None = None) -> str:
        """The text of a style: "clean" (also by None), "notes", or the one in a file of one's own.

        Its path is relative to the working directory. Raises ConfigError where it can't be read or is empty.
        """
        require_type("path", path, str, Path, None)
        return find_style(_DEFAULTS.style if path is None else str(path), Path.cwd()).prompt

    def process_chunk(
        self,
        chunk: Chunk,
        prompt_template: str,
        video_title: str,
        output_language: str | None = None,
        *,
        permit: Permit | None = None,
    ) -> ProcessedChunk:
        """Clean one chunk by a prompt's text (see `load_prompt_template`).

        `output_language` is the name of the language that the result is to be in, None for the
        transcript's own. What the model can't be trusted with keeps its original words and a flag. Raises
        ServiceError when nobody can be served now, NotNow when the request may not begin, TypeError, and
        ValueError where what is to stand for a name stands in the chunk itself.
        """
        _require_chunk("chunk", chunk)
        require_type("prompt_template", prompt_template, str)
        require_type("video_title", video_title, str)
        require_type("output_language", output_language, str, None)
        brief = Brief(video_title, output_language, self._glossary, style_of_prompt(prompt_template))
        names = self._pseudonyms
        if not names:
            return self.clean_chunk(chunk, brief, permit=permit)
        if found := names.find_stand_ins(chunk.text):
            raise ValueError(
                f"{found[0]}, which is to stand for a name, stands in chunk {chunk.index} itself"
            )
        hidden = brief.hide_names(names)
        result = clean_named(chunk, {}, names, lambda sent: self.clean_chunk(sent, hidden, permit=permit))
        return show_result(chunk, {}, names, result)

    def clean_chunk(
        self,
        chunk: Chunk,
        brief: Brief,
        *,
        language: str | None = None,
        job: str = "",
        permit: Permit | None = None,
        answers: AnswerStore | None = None,
        fallback: LLMProcessor | None = None,
        earlier: ProcessedChunk | None = None,
    ) -> ProcessedChunk:
        """Clean one chunk. `language` is the code of what it is in, for the offline rules; None to tell it.

        `answers` has those that were given about this chunk before a stop, and takes further ones.
        What the model can't be trusted with is asked of the `fallback`, where there is one; what that can't
        be trusted with either keeps its original words and a flag. With an `earlier` result, only what is
        flagged in that is asked for. Raises ServiceError when nobody can be served now, NotNow when the
        request may not begin.
        """
        if self._model is None:
            return offline.clean_chunk(
                chunk, language, brief.glossary, brief.title, verbatim=brief.style.verbatim
            )
        if permit is None:
            with Permit(self._admission) as own:
                return self.clean_chunk(
                    chunk, brief, job=job, permit=own, answers=answers, fallback=fallback, earlier=earlier
                )
        questions = Questions(self._model, brief, Label(job, chunk.index), permit, answers)
        result = self._clean_by_model(chunk, questions, earlier)
        return self._ask_fallback(chunk, result, questions, fallback)

    def _ask_fallback(
        self, chunk: Chunk, result: ProcessedChunk, asked: Questions, fallback: LLMProcessor | None
    ) -> ProcessedChunk:
        """What came of a chunk, with the passages that kept their original words asked of another model.

        Where that model is not to be had, or not to be asked, the result stands as it is.
        """
        if fallback is None or fallback.asked_model is None or not result.flags:
            return result
        questions = asked.of_another(fallback.asked_model, fallback.model)
        try:
            better = Cleaning(questions.ask, questions.brief).clean_flagged(chunk, result)
        except ServiceError as error:
            if not error.of_model:
                raise
            fallback._tell_absence(error)
            return result
        signed = fallback._sign(questions.bill(better, result), questions.answered_by)
        return _sign_for_both(result, signed)

    def _tell_absence(self, error: ServiceError) -> None:
        """Say once that this model, which others fall back on, is not to be had."""
        if not self._is_absent:
            self._is_absent = True
            mend = "Correct `fallback_model` in config.yaml."
            log.warning("no fallback model=%s %s %s", self.model, error.message, mend)

    def clean_from_answers(
        self, chunk: Chunk, brief: Brief, answers: AnswerStore, earlier: ProcessedChunk | None
    ) -> ProcessedChunk | Question:
        """Clean one chunk by the answers that there are, asking nothing; the question that lacks one, if any.

        `earlier` is as of `clean_chunk`. Raises ValueError for the offline rules, which ask nothing.
        """
        if self._model is None:
            raise ValueError("the offline rules ask nothing")
        questions = KnownQuestions(
            self._model, brief, Label("", chunk.index), Permit(self._admission), answers
        )
        try:
            return self._clean_by_model(chunk, questions, earlier)
        except Unanswered as lacking:
            return lacking.question

    @property
    def shaping(self) -> dict[str, Any]:
        """What shapes its results beside the prompt, where there is any: the glossary, the pseudonyms."""
        given = {"glossary": self._glossary, "pseudonyms": self._pseudonyms.names}
        return {key: value for key, value in given.items() if value}

    @property
    def asked_model(self) -> Model | None:
        """The model that is asked, None for the offline rules."""
        return self._model

    def process_all_chunks(
        self,
        chunks: Sequence[Chunk],
        prompt_template: str,
        video_title: str,
        output_language: str | None = None,
        progress_callback: Callable[[int, int], None] | None = None,
    ) -> list[ProcessedChunk]:
        """Clean chunks one after the other, as `process_chunk`; `progress_callback(done, total)` after each.

        An error ends it, and what was done is lost: a ResumableProcessor keeps it.
        """
        check_chunks(chunks)
        require_function("progress_callback", progress_callback)
        results = []
        for chunk in chunks:
            results.append(self.process_chunk(chunk, prompt_template, video_title, output_language))
            if progress_callback is not None:
                progress_callback(len(results), len(chunks))
        return results

    def keep_original(self, chunk: Chunk, reason: str) -> ProcessedChunk:
        """A chunk whose original words stand, marked with the reason."""
        return replace(
            self._sign(kept_original(chunk, reason)), model=OFFLINE_MODEL if self._model is None else ""
        )

    def _clean_by_model(
        self, chunk: Chunk, questions: Questions, earlier: ProcessedChunk | None
    ) -> ProcessedChunk:
        cleaning = Cleaning(questions.ask, questions.brief)
        if earlier is None:
            return self._sign(questions.bill(cleaning.clean_chunk(chunk)), questions.answered_by)
        result = cleaning.clean_flagged(chunk, earlier)
        signed = self._sign(questions.bill(result), questions.answered_by)
        return _sign_for_both(earlier, signed) if earlier.stands_in_part else signed

    def _sign(self, result: ProcessedChunk, answered_by: str = "") -> ProcessedChunk:
        """Write down who cleaned: the model that was asked for, or another that says that it answered."""
        model = self.model if is_same_model(self.model, answered_by) else answered_by
        return replace(result, model=model, provider=self.provider.value, server=self._server)


def _sign_for_both(earlier: ProcessedChunk, later: ProcessedChunk) -> ProcessedChunk:
    """The later result of a chunk, with the names of the models that either is of."""
    names = [*earlier.model.split(JOINED_MODELS), *later.model.split(JOINED_MODELS)]
    return replace(later, model=JOINED_MODELS.join(dict.fromkeys(filter(None, names))))


def check_chunks(chunks: Sequence[Chunk]) -> None:
    """Raise a TypeError that names the first of them that is no Chunk, or holds what none can hold."""
    require_type("chunks", chunks, Sequence)
    for place, chunk in enumerate(chunks):
        _require_chunk(f"chunks[{place}]", chunk)


def _require_chunk(name: str, chunk: Chunk) -> None:
    """Raise a TypeError that names what is wrong: a Chunk itself takes values of any type."""
    require_type(name, chunk, Chunk)
    require_type(f"{name}.index", chunk.index, int)
    require_type(f"{name}.text", chunk.text, str)
    require_type(f"{name}.start_timestamp", chunk.start_timestamp, str)
    require_type(f"{name}.context_buffer", chunk.context_buffer, str, None)
    require_type(f"{name}.turns", chunk.turns, Sequence)
    for place, turn in enumerate(chunk.turns):
        require_type(f"{name}.turns[{place}]", turn, Turn)


def _require_prices(prices: Mapping[str, Price] | None) -> None:
    require_type("prices", prices, Mapping, None)
    for model, price in (prices or {}).items():
        require_type(f"prices[{model!r}]", price, Price)


def _read_provider(provider: LLMProvider | str) -> LLMProvider:
    try:
        return LLMProvider(provider)
    except ValueError:  # what was given is not told: it may be a key
        raise ValueError(
            'provider must be "anthropic", "openai" or "offline"; '
            "a key is given by its name: LLMProcessor(api_key=…, model=…)"
        ) from None


def _choose_model(provider: LLMProvider, model: str | None) -> str:
    """The model to ask for; raises ValueError where the provider has no default one."""
    require_type("model", model, str, None)
    if provider is LLMProvider.OFFLINE:
        return OFFLINE_MODEL
    if model is None and provider is LLMProvider.OPENAI:
        raise ValueError('model must be named with provider "openai"')
    return model or DEFAULT_MODEL


def _choose_address(provider: LLMProvider, base_url: str | None) -> str | None:
    """The address to ask at, None for the provider's own; the environment may name one.

    Raises ConfigError where the environment's is none.
    """
    require_type("base_url", base_url, str, None)
    if base_url or provider is LLMProvider.OFFLINE:
        return base_url
    variable = _ADDRESS_VARIABLES[provider]
    address = os.environ.get(variable) or None
    if address is not None:
        try:
            read_host(address)
        except ConfigError as error:
            said = error.message.replace("`base_url`", f"${variable}")
            raise ConfigError(said, error.mend) from None
    return address


def _describe_server(provider: LLMProvider, address: str | None) -> str:
    """Where text is sent to, as results name it; "" for nowhere."""
    if provider is LLMProvider.OFFLINE:
        return ""
    return show_address(address or HOSTED_APIS[provider.value])
