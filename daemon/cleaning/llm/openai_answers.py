"""What answers and errors of OpenAI's chat API mean, in the words that the rest of the program uses.

Pure. Many services speak this API, each with its own way of saying what went wrong; what is looked for here
is told of in their documentation. As with all faults, what a server wrote is looked at but never kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from daemon.cleaning.llm import fault_signs
from daemon.cleaning.llm.endpoint import Message, Reply, read_count
from daemon.cleaning.llm.faults import Fault, Kind
from daemon.costs.pricing import Usage

DAILY_PROBE = 3600.0
"""Seconds until a quota by the day is asked about again, where the service doesn't say when it comes back."""

_STOP_REASONS = {
    "stop": "end_turn",
    "eos": "end_turn",  # Together's
    "eos_token": "end_turn",  # of Hugging Face's TGI
    "length": "max_tokens",
    "max_tokens": "max_tokens",
    "content_filter": "refusal",
    "safety": "refusal",  # Gemini's own words, which some hand on
    "recitation": "refusal",
    "sensitive": "refusal",  # Z.ai's
    "model_length": "model_context_window_exceeded",  # Mistral's
}
# The service itself broke off: OpenRouter and Mistral, DeepSeek, Z.ai, vLLM and SGLang.
_BROKEN_OFF = frozenset({"error", "insufficient_system_resource", "network_error", "abort"})

_KINDS_BY_CODE: Mapping[str, Kind] = {
    "insufficient_quota": Kind.CREDIT,  # comes as a 429
    "billing_hard_limit_reached": Kind.CREDIT,
    "billing_not_active": Kind.CREDIT,
    "string_above_max_length": Kind.TOO_LARGE,
    "model_not_found": Kind.MODEL,  # comes as a 403 too
    "model_decommissioned": Kind.MODEL,
    "invalid_api_key": Kind.KEY,
    "api_key_invalid": Kind.KEY,
    "unsupported_parameter": Kind.MODEL,
    "content_policy_violation": Kind.REFUSED,
    "content_filter": Kind.REFUSED,
}
# Where no code tells: the status, and how the message begins. Only its beginning is looked at, since a
# server may quote the transcript further on.
_KINDS_BY_WORDS = (
    ((400, 403, 429), r"credit|(spending|usage|key) limit|billing|insufficient balance", Kind.CREDIT),
    ((400, 403), r"(incorrect|invalid) api key|api key (not valid|not found|expired|was reported)", Kind.KEY),
    ((400, 422), r"too many tokens|input token count.{0,40}exceeds|too large for model", Kind.CONTEXT),
    ((400, 422), r"tokens.{0,40}must be <=", Kind.CONTEXT),
    ((413, 429), r"request too large", Kind.TOO_LARGE),
    ((403,), r"moderation|flagged", Kind.REFUSED),
)  # fmt: skip
_BEGINNING = 120
_DAILY = re.compile(r"per[- ]?day\b|\b[RT]PD\b|daily", re.I)
_QUOTA = "resource_exhausted"
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class SaidError:
    """What the body of an error says; `codes` in small letters, "" and () where it says nothing."""

    codes: tuple[str, ...] = ()
    message: str = ""
    is_daily: bool = False


def read_error(body: object) -> SaidError:
    """Read the body of an error: OpenAI's object, Gemini's list of objects, xAI's and others' plain text."""
    if isinstance(body, list) and body:
        body = body[0]
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        body = body["error"]
    if isinstance(body, str):
        return SaidError(message=body, is_daily=bool(_DAILY.search(body[:_BEGINNING])))
    if not isinstance(body, dict):
        return SaidError()
    codes = [body.get(name) for name in ("type", "code", "status")]
    message = next((body[name] for name in ("message", "error") if isinstance(body.get(name), str)), "")
    is_daily = bool(_DAILY.search(message)) or "PerDay" in str(body.get("details", ""))
    return SaidError(
        tuple(dict.fromkeys(code.lower() for code in codes if isinstance(code, str))), message, is_daily
    )


def judge_error(status: int, headers: Mapping[str, str], body: object, now: float) -> Fault:
    """The fault in an answer with an error status; `now` is the time in seconds since the epoch."""
    said = read_error(body)
    fault = fault_signs.judge_status(status, headers, said.codes, said.message, now)
    kind = _find_kind(status, said) or fault.kind
    wait = fault.retry_after
    if kind is Kind.LIMITED and said.is_daily and wait is None:
        wait = DAILY_PROBE
    return replace(fault, kind=kind, retry_after=wait)


def read_reply(answer: object) -> Reply:
    """The message in a body that came with a 200, or what is wrong with it."""
    if isinstance(answer, str):
        return Fault(Kind.BROKEN, "a page instead of an answer")
    choices = getattr(answer, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    message, finish = getattr(choice, "message", None), getattr(choice, "finish_reason", None)
    if message is None:
        return Fault(Kind.BROKEN, "JSON of another shape")
    if not isinstance(finish, str) or not finish.strip():
        return Fault(Kind.NO_END, "no `finish_reason`")
    if finish.lower() in _BROKEN_OFF:
        return Fault(Kind.BROKEN, f"finish_reason {finish}")
    content, model = getattr(message, "content", None), getattr(answer, "model", None)
    refused = bool(getattr(message, "refusal", None))
    return Message(
        _join_parts(content),
        "refusal" if refused else _STOP_REASONS.get(finish.lower(), finish),
        model if isinstance(model, str) else "",
    )


def _join_parts(content: object) -> str:
    """The text of an answer, which Mistral's and others give in parts: what was thought stands in its own."""
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    parts = [part.get("text") if isinstance(part, dict) else part for part in content if not _is_other(part)]
    return "".join(part for part in parts if isinstance(part, str))


def _is_other(part: object) -> bool:
    """Whether a part of an answer is said to be something else than its text."""
    return isinstance(part, dict) and part.get("type", "text") not in ("text", "output_text")


def read_usage(answer: object) -> Usage | None:
    """The tokens an answer says it took, None where it says nothing; raises UnsoundUsageError.

    `prompt_tokens` holds those that were read from the cache or written to it, which cost otherwise. What a
    model has thought is billed as output: some services count it in `completion_tokens`, others (xAI,
    Gemini) in the total alone.
    """
    said = getattr(answer, "usage", None)
    if said is None:
        return None
    details = getattr(said, "prompt_tokens_details", None)
    prompt, total = read_count(said, "prompt_tokens"), read_count(said, "total_tokens")
    cached = min(read_count(details, "cached_tokens"), prompt)
    written = min(read_count(details, "cache_write_tokens"), prompt - cached)
    return Usage(
        input_tokens=prompt - cached - written,
        output_tokens=max(read_count(said, "completion_tokens"), total - prompt),
        cache_creation_input_tokens=written,
        cache_read_input_tokens=cached,
    )


def _find_kind(status: int, said: SaidError) -> Kind | None:
    """What the codes tell, else the words; None where the status alone does."""
    for code in said.codes:
        if code in _KINDS_BY_CODE:
            return _KINDS_BY_CODE[code]
    beginning = said.message[:_BEGINNING]
    # Gemini speaks of billing in each of its quotas, OpenRouter of credits in that by the day.
    is_quota = said.is_daily or (_QUOTA in said.codes and "credit" not in beginning.lower())
    if status == _TOO_MANY and is_quota and not beginning.lower().startswith("request too large"):
        return None
    for statuses, words, kind in _KINDS_BY_WORDS:
        if status in statuses and re.search(words, beginning, re.I):
            return kind
    return None
