"""What a request without an answer came back with, and the fault that it shows.

Pure: errors are judged by their status, headers, codes and class names, so nothing here needs the
client library. What a server wrote is looked at but never kept: it may quote the transcript.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC

from daemon.cleaning.llm.endpoint import read_field
from daemon.cleaning.llm.faults import Fault, Kind
from daemon.errors import list_class_names, say_error
from daemon.settings.address import show_server

LONGEST_WAIT = 3600.0
"""Seconds; a server that asks for more than an hour is asked again after an hour."""

_BY_STATUS: Mapping[int, Kind] = {
    400: Kind.REFUSED,
    401: Kind.KEY,
    402: Kind.CREDIT,
    403: Kind.PERMISSION,
    404: Kind.MODEL,
    408: Kind.BUSY,
    409: Kind.BUSY,
    410: Kind.MODEL,  # what is gone for good: a retired model, a batch whose time is over
    413: Kind.TOO_LARGE,
    422: Kind.REFUSED,
    429: Kind.LIMITED,
    499: Kind.BUSY,
    503: Kind.OVERLOADED,
    504: Kind.LATE_BEHIND,
    524: Kind.LATE_BEHIND,  # Cloudflare's
    529: Kind.OVERLOADED,
}
# What an error is called that comes without its status: in a result of a batch, or in a body with a 200.
STATUS_OF: Mapping[str, int] = {
    "invalid_request_error": 400,
    "content_policy_violation": 400,
    "content_filter": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "api_error": 500,
    "server_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
_LEAST_ERROR, _MOST_ERROR, _STATUS_FIGURES = 400, 599, 3
_UNTOLD_STATUS = 400  # under which words tell most
_REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
_HELD_CODES = frozenset({"organization_on_hold", "cmek_key_disabled", "cmek_key_network_blocked"})
# LiteLLM's, with a 400; and what it hands on of OpenAI's, with a 429.
_CREDIT_CODES = frozenset({"billing_error", "budget_exceeded", "insufficient_quota"})
_KEY_CODES = frozenset({"expired_key"})
# A spending limit of one's own and an empty account come as a plain 400: only the words tell.
# Only their beginning is looked at, since a server may quote the transcript further on.
_CREDIT_WORDS = re.compile(r".{0,60}\b(credit balance|usage limits?|spend(ing)? limit)\b", re.I | re.S)
# With these a "usage limit" is one of those that pass by themselves.
_SURE_CREDIT_WORDS = re.compile(r".{0,60}\b(credit balance|spend(ing)? limit)\b", re.I | re.S)
_SURE_CREDIT_STATUSES = frozenset({403, 429})
_OPTION_NAMED_WITHIN = 100  # characters of a refusal: further on it may quote the transcript
_OUR_WORDS = re.compile(r"(model|thinking)\b", re.I)
# Servers word it differently, but all near the beginning.
_CONTEXT_WORDS = re.compile(
    r".{0,120}\b(context (size|length|window|limit)s?|(prompt|input|request) is too (long|large)"
    r"|prompt too long|maximum (model|context|prompt) length)\b",
    re.I | re.S,
)
_CONTEXT_CODES = frozenset({"exceed_context_size_error", "context_length_exceeded"})
_CONTEXT_STATUSES = frozenset({400, 413, 422, 500})
_CODE = re.compile(r"[a-z0-9_]{1,64}")
_LONGEST_SENTENCE = 300
_MOST_DETAILS = 3  # of what is wrong with a request
_QUOTED_WORDS = 4  # so many words in a row that were sent are a quotation
_QUOTED_KEY = 8  # characters

# What OpenSSL calls an answer that is no TLS, or a TLS of which no version or cipher is common to both sides.
_NO_TLS_REASONS = frozenset(
    {
        "HTTP_REQUEST",
        "NO_PROTOCOLS_AVAILABLE",
        "PACKET_LENGTH_TOO_LONG",
        "RECORD_LAYER_FAILURE",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNKNOWN_PROTOCOL",
        "UNSUPPORTED_PROTOCOL",
        "WRONG_VERSION_NUMBER",
    }
)

# By the first of an error's own class and its bases that stands here.
_BY_CLASS: Mapping[str, Kind] = {
    # What fails before a byte of the request has left.
    "ConnectError": Kind.UNREACHABLE,
    "ConnectTimeout": Kind.UNREACHABLE,
    "PoolTimeout": Kind.UNREACHABLE,
    "ProxyError": Kind.UNREACHABLE,
    "UnsupportedProtocol": Kind.UNREACHABLE,
    "APITimeoutError": Kind.TIMEOUT,
    "TimeoutException": Kind.TIMEOUT,
    "TimeoutError": Kind.TIMEOUT,
    "RemoteProtocolError": Kind.BROKEN,
    "DecodingError": Kind.BROKEN,
    "JSONDecodeError": Kind.BROKEN,
    "UnicodeDecodeError": Kind.BROKEN,
    "RecursionError": Kind.BROKEN,
    "APIConnectionError": Kind.CUT_OFF,
    "TransportError": Kind.CUT_OFF,
    "OSError": Kind.CUT_OFF,
}
_LOST = frozenset({Kind.UNREACHABLE, Kind.CUT_OFF})  # of a connection: the system may say why


class ErrorAnswer(Exception):
    """A server's word that a request has failed, in a body that came with a 200.

    It looks like an error with a status as the client libraries raise it: `status_code` is the one that its
    type or code stands for. `answer` is the whole body.
    """

    def __init__(self, answer: object, error: object) -> None:
        super().__init__()
        self.answer = answer
        self.body = {"error": error}
        status = _read_status(error)
        self.is_told = status is not None
        self.status_code = status or _UNTOLD_STATUS


def find_error_answer(answer: object) -> ErrorAnswer | None:
    """The error that a body with a 200 tells of, None where it tells of none or holds an answer."""
    error = read_field(answer, "error")
    if not error and read_field(answer, "type") != "error":
        return None
    if read_field(answer, "content") or read_field(answer, "choices"):
        return None
    return ErrorAnswer(answer, error)


def judge_error_answer(error: ErrorAnswer, fault: Fault) -> Fault:
    """The fault in such an answer, which would be `fault` if it had come with its status."""
    codes = fault.seen.removeprefix(f"HTTP {error.status_code}").strip()
    is_guessed = fault.kind is Kind.REFUSED and not error.is_told
    return replace(
        fault,
        kind=Kind.UNEXPLAINED if is_guessed else fault.kind,
        seen=f"an error with HTTP 200: {codes}" if codes else "an error with HTTP 200",
    )


def judge_exception(error: BaseException, now: float) -> Fault:
    """The fault in what the client library raised; `now` is the time in seconds since the epoch."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        told_type, message = _read_type_and_message(error)
        return judge_status(
            status,
            getattr(getattr(error, "response", None), "headers", {}),
            (getattr(error, "type", None) or told_type, getattr(error, "error_code", None)),
            message,
            now,
        )
    # A connection error carries what really happened as its cause: its class says more.
    causes = _list_causes(error)
    if any("ConnectError" in list_class_names(cause) for cause in causes):
        for cause in causes:
            if _is_of_tls(cause):
                return _judge_handshake(cause)
    cause = error.__cause__ or error
    kinds = [_BY_CLASS[name] for one in (cause, error) for name in list_class_names(one) if name in _BY_CLASS]
    kind = kinds[0] if kinds else Kind.BROKEN
    if kind not in _LOST:
        return Fault(kind, say_error(cause))
    told = next((_describe_tls_reason(one) for one in causes if _is_of_tls(one) and _has_reason(one)), None)
    return Fault(kind, told or say_error(_find_system_error(causes) or cause))


def judge_status(
    status: int, headers: Mapping[str, str], codes: Iterable[object], message: str, now: float
) -> Fault:
    """The fault in an answer with an error status.

    Headers are looked up in lower case. `codes` are the error's type and codes, whatever the API calls them;
    one that does not look like a code is ignored.
    """
    if status in _REDIRECTIONS and (target := headers.get("location")):
        return Fault(Kind.REDIRECTED, f"HTTP {status} to {_name_target(target)}")
    known = [code for code in codes if isinstance(code, str) and _CODE.fullmatch(code)]
    return Fault(
        _find_kind(status, known, message),
        " ".join([f"HTTP {status}", *known]),
        retry_after=read_retry_after(headers, now),
        should_retry={"true": True, "false": False}.get(headers.get("x-should-retry", "")),
    )


def judge_answer(answer: object) -> Fault | None:
    """What is wrong with a body that came with a 200, None when it is an answer."""
    if isinstance(answer, str):
        return Fault(Kind.BROKEN, "a page instead of an answer")
    content, stop_reason = read_field(answer, "content"), read_field(answer, "stop_reason")
    if not isinstance(content, list):
        return Fault(Kind.BROKEN, "JSON of another shape")
    if not isinstance(stop_reason, str) or not stop_reason.strip():
        return Fault(Kind.NO_END, "no `stop_reason`")
    return None


def read_retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """How many seconds the server asks us to wait: by retry-after-ms, or retry-after as seconds or date."""
    milliseconds = _parse_number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return _limit_wait(milliseconds / 1000)
    asked = headers.get("retry-after")
    seconds = _parse_number(asked)
    if seconds is not None or asked is None:
        return None if seconds is None else _limit_wait(seconds)
    from email.utils import parsedate_to_datetime  # not above: a start need not load it

    try:
        date = parsedate_to_datetime(asked)
        # One without a time zone, or of "-0000", is in UTC as all are that HTTP has.
        return _limit_wait((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def find_refused_option(error: BaseException, options: Iterable[str]) -> str | None:
    """The option for which a server refuses a request, None where no option is why."""
    if getattr(error, "status_code", None) not in (400, 422):
        return None
    beginning = _read_type_and_message(error)[1][:_OPTION_NAMED_WITHIN]
    param = getattr(error, "param", None)
    for option in options:
        if param == option or re.search(rf"(?<![^\W_]){re.escape(option)}(?![^\W_])", beginning, re.I):
            return option
    return None


def read_sentence(error: BaseException, sent: str, key: str) -> str:
    """What a server says is wrong, in one line; "" where it says nothing or quotes what it was sent.

    `sent` is all of the text that went to the server with this request, and with the one it stands for.
    """
    _, message = _read_type_and_message(error)
    sentence = " ".join("".join(char if char.isprintable() else " " for char in message).split())
    sentence = sentence[:_LONGEST_SENTENCE]
    words, known = sentence.lower().split(), f" {' '.join(sent.lower().split())} "
    starts = range(max(1, len(words) - _QUOTED_WORDS + 1))
    runs = [" ".join(words[at : at + _QUOTED_WORDS]) for at in starts]
    parts = [key[at : at + _QUOTED_KEY] for at in range(max(1, len(key) - _QUOTED_KEY + 1))]
    quotes_text = any(run in known for run in runs)
    quotes_key = any(part and part in sentence for part in parts)
    return "" if quotes_text or quotes_key else sentence


def _find_kind(status: int, codes: list[str], message: str) -> Kind:
    if not _CREDIT_CODES.isdisjoint(codes) or any("spend_limit" in code for code in codes):
        return Kind.CREDIT
    if not _KEY_CODES.isdisjoint(codes):
        return Kind.KEY
    if not _HELD_CODES.isdisjoint(codes):
        return Kind.PERMISSION
    if not _CONTEXT_CODES.isdisjoint(codes):
        return Kind.CONTEXT
    if status in _CONTEXT_STATUSES and _CONTEXT_WORDS.match(message):
        return Kind.CONTEXT
    if status == 400 and _CREDIT_WORDS.match(message):
        return Kind.CREDIT
    if status in _SURE_CREDIT_STATUSES and _SURE_CREDIT_WORDS.match(message):
        return Kind.CREDIT
    if status == 400 and _OUR_WORDS.match(message):
        return Kind.MODEL
    return _BY_STATUS.get(status, Kind.BUSY if status >= 500 else Kind.STRANGE)


def _read_status(error: object) -> int | None:
    """The status that the type or the code of an error stands for, None where neither is known."""
    if not isinstance(error, dict):
        return None
    for said in (error.get("code"), error.get("type")):
        if isinstance(said, str) and said.isascii() and said.isdecimal() and len(said) == _STATUS_FIGURES:
            said = int(said)
        if isinstance(said, int) and _LEAST_ERROR <= said <= _MOST_ERROR:
            return said
        if isinstance(said, str) and said in STATUS_OF:
            return STATUS_OF[said]
    return None


def _read_type_and_message(error: BaseException) -> tuple[str, str]:
    """The type and the message in the body of an error; servers wrap them differently, or not at all."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(inner, dict):
        return "", inner if isinstance(inner, str) else ""
    told_type, message = inner.get("type") or inner.get("code"), inner.get("message")
    if not isinstance(message, str):
        told = message if isinstance(message, dict) else inner
        message = _read_details(told.get("detail")) or str(getattr(error, "api_message", None) or "")
    return told_type if isinstance(told_type, str) else "", message


def _read_details(details: object) -> str:
    """What is wrong with a request, as servers say it that check its fields: each by its place.

    What they quote of the request beside that is left out.
    """
    if not isinstance(details, list):
        return details if isinstance(details, str) else ""
    said = []
    for one in details[:_MOST_DETAILS]:
        if isinstance(one, dict) and isinstance(one.get("msg"), str):
            place = one.get("loc")
            said.append(
                f"{'.'.join(map(str, place))}: {one['msg']}" if isinstance(place, list) else one["msg"]
            )
    return "; ".join(said)


def _name_target(location: str) -> str:
    """Where a redirection leads: the server alone, since the rest may hold anything."""
    return show_server(location) if "//" in location else "another path of it"


def _is_of_tls(error: BaseException) -> bool:
    """Whether an error is one of the ssl module, which a start need not load."""
    return "SSLError" in list_class_names(error)


def _judge_handshake(error: BaseException) -> Fault:
    """The fault in a TLS connection that did not come about."""
    if "SSLCertVerificationError" in list_class_names(error):
        return Fault(Kind.CERTIFICATE, str(getattr(error, "verify_message", "")).rstrip("."))
    kind = Kind.NO_TLS if getattr(error, "reason", None) in _NO_TLS_REASONS else Kind.UNREACHABLE
    return Fault(kind, _describe_tls_reason(error))


def _has_reason(error: BaseException) -> bool:
    """Whether an error of the ssl module says why: a server that wants a certificate of ours does so late."""
    return isinstance(getattr(error, "reason", None), str)


def _describe_tls_reason(error: BaseException) -> str:
    reason = str(getattr(error, "reason", None) or "no reason given")
    return f"TLS: {reason.lower().replace('_', ' ')}"


def _find_system_error(causes: Iterable[BaseException]) -> OSError | None:
    """The error that says why the system could not make or hold a connection, None where none does."""
    for cause in causes:
        if isinstance(cause, OSError) and cause.strerror and not _is_of_tls(cause):
            return cause
    return None


def _list_causes(error: BaseException) -> list[BaseException]:
    """An error, what caused it, what caused that, and so on."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    return causes


def _parse_number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _limit_wait(seconds: float) -> float:
    return min(max(0.0, seconds), LONGEST_WAIT)
