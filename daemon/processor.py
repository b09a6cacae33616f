"""Cleans one chunk: by a language model and held against the gate, or by the offline rules."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from daemon import offline, verify
from daemon.chunk import Chunk, ProcessedChunk, kept_original
from daemon.config import DEFAULT_MODEL, Config
from daemon.faults import ChunkRefused
from daemon.gate import Gate
from daemon.ledger import Label
from daemon.llm import Admission, Meter, Model, max_tokens_for
from daemon.pricing import Price
from daemon.prompt import Brief, load_template, system_text, user_text

ASKS = 2  # an answer that fails the gate is asked for once more, then the original words stand


class LLMProvider(enum.StrEnum):
    """Who cleans."""

    ANTHROPIC = "anthropic"
    OFFLINE = "offline"


OFFLINE_MODEL = offline.MODEL


@dataclass
class Tally:
    """What one chunk has taken so far: requests, tokens, dollars."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0


class LLMProcessor:
    """Cleans chunks with one model at one endpoint; thread-safe.

    `attempts`, `max_wait_seconds` and `timeout_seconds` are per request; `glossary` holds names as
    they should be spelt. `admission` may refuse a request before it begins (NotNow, Stopped);
    `meter` writes down what each one costs, by `prices` that go before the built-in list's. With
    provider "offline" no request is ever made.
    """

    def __init__(
        self,
        provider: LLMProvider | str = LLMProvider.ANTHROPIC,
        api_key: str | None = None,
        model: str | None = None,
        *,
        base_url: str | None = None,
        glossary: Sequence[str] = (),
        attempts: int = Config.model_fields["attempts"].default,
        max_wait_seconds: float = Config.model_fields["max_wait_seconds"].default,
        timeout_seconds: float = Config.model_fields["timeout_seconds"].default,
        prices: Mapping[str, Price] | None = None,
        admission: Admission | None = None,
        meter: Meter | None = None,
    ) -> None:
        self.provider = LLMProvider(provider)
        self.admission: Admission = admission or Gate()
        self._glossary = tuple(glossary)
        if self.provider is LLMProvider.OFFLINE:
            self.model = OFFLINE_MODEL
            self._model = None
            return
        self.model = model or DEFAULT_MODEL
        self._model = Model(
            model=self.model,
            api_key=api_key,
            base_url=base_url,
            attempts=attempts,
            max_wait_seconds=max_wait_seconds,
            timeout_seconds=timeout_seconds,
            admission=_Through(self),
            meter=meter,
            prices=prices,
        )

    def load_prompt_template(self, path: str | Path) -> str:
        """The text of a style: "clean", "notes", or the path of one's own prompt; raises ConfigError."""
        return load_template(str(path), Path.cwd())

    def process_chunk(
        self,
        chunk: Chunk,
        prompt_template: str,
        video_title: str,
        output_language: str | None = None,
        *,
        job: str = "",
    ) -> ProcessedChunk:
        """Clean one chunk.

        What the model can't be trusted with keeps its original words and a flag. Raises ServiceError
        when nobody can be served now, NotNow when the request may not begin.
        """
        if self._model is None:
            return offline.clean_chunk(chunk)
        brief = Brief(video_title, output_language, self._glossary, prompt_template)
        return self._ask(self._model, chunk, brief, Label(job, chunk.index))

    def process_all_chunks(
        self,
        chunks: Sequence[Chunk],
        prompt_template: str,
        video_title: str,
        output_language: str | None = None,
        progress_callback: Callable[[int, int], None] | None = None,
    ) -> list[ProcessedChunk]:
        """Clean chunks one after the other; `progress_callback(done, total)` after each."""
        results = []
        for chunk in chunks:
            results.append(self.process_chunk(chunk, prompt_template, video_title, output_language))
            if progress_callback is not None:
                progress_callback(len(results), len(chunks))
        return results

    def _ask(self, model: Model, chunk: Chunk, brief: Brief, label: Label) -> ProcessedChunk:
        tally = Tally()
        reason: str | None = None
        for _ in range(ASKS):
            try:
                answer = model.ask(
                    system_text(brief),
                    user_text(chunk, brief),
                    max_tokens=max_tokens_for(chunk.text),
                    label=label,
                )
            except ChunkRefused as refused:
                return self.keep_original(chunk, refused.message, tally)
            tally.requests += answer.requests
            tally.input_tokens += answer.usage.total_input
            tally.output_tokens += answer.usage.output_tokens
            tally.cost += answer.cost
            verdict = verify.check(chunk, brief, answer.text, answer.stop_reason)
            if verdict.reason is None:
                cleaned = ProcessedChunk(chunk.index, chunk.text, verdict.text, turns=verdict.turns)
                return self._signed(cleaned, tally)
            reason = verdict.reason
        return self.keep_original(chunk, reason or "no answer", tally)

    def keep_original(self, chunk: Chunk, reason: str, tally: Tally | None = None) -> ProcessedChunk:
        """A chunk whose original words stand, marked with the reason."""
        return self._signed(kept_original(chunk, reason), tally or Tally())

    def _signed(self, result: ProcessedChunk, tally: Tally) -> ProcessedChunk:
        return replace(
            result,
            input_tokens=tally.input_tokens,
            output_tokens=tally.output_tokens,
            cost=tally.cost,
            model=self.model,
            provider=self.provider.value,
            requests=tally.requests,
        )


class _Through:
    """The processor's own admission, looked up anew for each call: it may be exchanged."""

    def __init__(self, processor: LLMProcessor) -> None:
        self._processor = processor

    @property
    def stopping(self) -> threading.Event:
        return self._processor.admission.stopping

    @property
    def probing(self) -> bool:
        return self._processor.admission.probing

    def admit(self) -> None:
        self._processor.admission.admit()

    def troubled(self) -> None:
        self._processor.admission.troubled()

    def limited(self, in_flight: int) -> None:
        self._processor.admission.limited(in_flight)

    def answered(self) -> bool:
        return self._processor.admission.answered()
