"""What is done about a request that brought no answer: one table, `POLICIES`, from fault to policy.

Pure: errors are judged by their status, headers, codes and class names, so nothing here needs the
client library. What a server wrote is looked at but never kept: it may quote the transcript.
"""

from __future__ import annotations

import enum
import math
import re
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from daemon.errors import ServiceError, TranscriptdError
from daemon.settings.address import show_server

OUTAGE_PROBE = 60.0
"""Seconds until an outage is asked about again; it passes by itself."""
MENDED_PROBE = 300.0
"""Seconds until it is asked whether a person has mended key, credit or model."""
PATIENCE = 60.0
"""Seconds that a request waits at the server's wish; a longer wait is a hold, which people see."""
LONGEST_WAIT = 86_400.0
"""Seconds; a server that asks for more than a day is asked again after a day."""
FEW_STRIKES, MANY_STRIKES = 2, 6
"""So often a fault may come back on one chunk, others being answered between, until the chunk is blamed:
where it may well be what was sent, and where it can hardly be."""


class ChunkRefused(TranscriptdError):
    """The service will not take this one passage; `too_large` where a smaller one might pass."""

    def __init__(self, message: str, mend: str = "", *, too_large: bool = False) -> None:
        super().__init__(message, mend)
        self.too_large = too_large


class Kind(enum.Enum):
    """What went wrong."""

    LIMITED = "limited"
    OVERLOADED = "overloaded"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    CUT_OFF = "cut off"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    CREDIT = "credit"
    NO_KEY = "no key"
    NO_CLIENT = "no client"
    CERTIFICATE = "certificate"
    NO_TLS = "no TLS"
    KEY = "key"
    PERMISSION = "permission"
    MODEL = "model"
    REDIRECTED = "redirected"
    STRANGE = "strange"
    ALL_REFUSED = "all refused"
    REFUSED = "refused"
    TOO_LARGE = "too large"
    CONTEXT = "context"
    CONTEXT_TOO_SMALL = "context too small"
    PROMPT_CUT = "prompt cut"


class Retry(enum.Enum):
    """Whether the same request is sent again, up to `attempts` times, before anything else is done."""

    YES = enum.auto()
    """Unless the server forbids it."""
    NO = enum.auto()
    """Unless the server asks for it."""
    NEVER = enum.auto()
    """Whatever the server says."""


class Then(enum.Enum):
    """What is done when the request is not, or no longer, sent again."""

    HOLD = enum.auto()
    """Everybody waits; one probe at a time asks whether it is over."""
    SPLIT = enum.auto()
    """This passage is asked for in halves; what is too large even then keeps its original words."""
    KEEP_ORIGINAL = enum.auto()
    """This passage's original words stand, marked."""


class Whose(enum.Enum):
    """Whose fault it is."""

    SERVICE = enum.auto()
    """It passes by itself."""
    PERSON = enum.auto()
    """Somebody must mend key, credit, configuration or network settings."""
    MODEL = enum.auto()
    """The same, but another model may be had: jobs that need this one fail, where today's is another."""
    PASSAGE = enum.auto()
    """Others are served."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done about one kind of fault.

    `probe_after` is how many seconds a hold lasts until the first probe. `strikes` says how often it may
    come back on one chunk, others being answered between, until that chunk is given up and keeps its
    original words; None: never, since no chunk can be at fault. `narrows`: fewer requests at once from now
    on. `to_be_proved`: before the passage is blamed, a harmless text is asked for, all else being equal.
    `may_be_billed`: nobody knows, so the reservation stands.
    """

    retry: Retry
    then: Then
    whose: Whose
    probe_after: float = 0.0
    strikes: int | None = None
    narrows: bool = False
    to_be_proved: bool = False
    may_be_billed: bool = False


_AGAIN, _ONCE, _NEVER = Retry.YES, Retry.NO, Retry.NEVER
_SERVICE, _PERSON, _PASSAGE = Whose.SERVICE, Whose.PERSON, Whose.PASSAGE

# fmt: off
POLICIES: Mapping[Kind, Policy] = {
    # All have asked for too much together: fewer at once is what helps.
    Kind.LIMITED:     Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, MANY_STRIKES, narrows=True),
    # It says itself that it is overloaded, so it is hardly about what was sent.
    Kind.OVERLOADED:  Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, MANY_STRIKES),
    # Nothing of the request arrived, so it can't be about what was sent, and nothing was billed.
    Kind.UNREACHABLE: Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, MANY_STRIKES),
    # It arrived, and one passage may be what makes the service fail, each time again.
    Kind.BUSY:        Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, FEW_STRIKES),
    # As BUSY; and the service may have done the work, and bill it, although its answer never came whole.
    Kind.CUT_OFF:     Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, FEW_STRIKES, may_be_billed=True),
    Kind.TIMEOUT:     Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, FEW_STRIKES, may_be_billed=True),
    Kind.BROKEN:      Policy(_AGAIN, Then.HOLD, _SERVICE, OUTAGE_PROBE, FEW_STRIKES, may_be_billed=True),
    # It stays so until a person has paid: a spending limit comes as a 429 too, and with "try again".
    Kind.CREDIT:      Policy(_NEVER, Then.HOLD, _PERSON, MENDED_PROBE),
    # Only a person can mend these, so nothing is asked again, unless the server itself asks for that.
    Kind.NO_KEY:      Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    Kind.NO_CLIENT:   Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    # No byte of the request has left.
    Kind.CERTIFICATE: Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    Kind.NO_TLS:      Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    Kind.KEY:         Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    Kind.PERMISSION:  Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    # A retired model comes back for nobody: jobs planned for it must not hold those that need another.
    Kind.MODEL:       Policy(_ONCE,  Then.HOLD, Whose.MODEL, MENDED_PROBE),
    # Followed, it would take the text, and perhaps the key, to a server that nobody has named.
    Kind.REDIRECTED:  Policy(_NEVER, Then.HOLD, _PERSON, MENDED_PROBE),
    # A status that no such service sends: most likely the wrong address, or a proxy's own answer.
    Kind.STRANGE:     Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    # The harmless text was refused too: blamed on passages, whole transcripts would stay uncleaned.
    Kind.ALL_REFUSED: Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
    # The same text is refused the same way again; whether it is the text is asked before it is blamed.
    Kind.REFUSED:     Policy(_ONCE,  Then.KEEP_ORIGINAL, _PASSAGE, to_be_proved=True),
    # Half of it may fit.
    Kind.TOO_LARGE:   Policy(_ONCE,  Then.SPLIT, _PASSAGE),
    # The same, said of the model's context, which may be too small even for the smallest passage.
    Kind.CONTEXT:     Policy(_ONCE,  Then.SPLIT, _PASSAGE, to_be_proved=True),
    # Every passage would keep its original words.
    Kind.CONTEXT_TOO_SMALL: Policy(_ONCE, Then.HOLD, _PERSON, MENDED_PROBE),
    # Instructions or text were thrown away in silence: what comes back can't be what was asked for.
    Kind.PROMPT_CUT:  Policy(_ONCE,  Then.HOLD, _PERSON, MENDED_PROBE),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Fault:
    """One request that brought no answer.

    `seen` says in a few words what was seen, safe to log. `retry_after` is how many seconds the
    server asked us to wait, `should_retry` what it said about trying again. `said` is the server's own
    sentence, where it can quote nobody's words (see `read_sentence`). `needs` is how many tokens of context
    the model needs, where that is known.
    """

    kind: Kind
    seen: str
    retry_after: float | None = None
    should_retry: bool | None = None
    said: str = ""
    needs: int = 0

    @property
    def policy(self) -> Policy:
        """What is done about it, but for the server's own wishes."""
        return POLICIES[self.kind]


@dataclass(frozen=True, slots=True)
class _Words:
    """What people are told, and what they can do about it."""

    message: str
    mend: str = ""


_ITSELF = "Nothing needs to be done: it is asked again by itself."
_WORDS: Mapping[Kind, _Words] = {
    Kind.LIMITED: _Words("{where} limits the rate of requests ({seen}).", _ITSELF),
    Kind.OVERLOADED: _Words("{where} can't serve requests at present ({seen}).", _ITSELF),
    Kind.UNREACHABLE: _Words(
        "{where} can't be reached ({seen}).", "Check the network; it is asked again by itself."
    ),
    Kind.BUSY: _Words("{where} can't serve requests at present ({seen}).", _ITSELF),
    Kind.CUT_OFF: _Words(
        "{where} breaks off the connection ({seen}).", "Check the network; it is asked again by itself."
    ),
    Kind.TIMEOUT: _Words(
        "{where} does not answer in time ({seen}).",
        "It is asked again by itself; a slow model may need a larger `timeout_seconds`.",
    ),
    Kind.BROKEN: _Words(
        "{where} sends answers that can't be read ({seen}).",
        "It is asked again by itself; if it stays so, check `base_url` and any proxy.",
    ),
    Kind.CREDIT: _Words(
        "The account at {where} has no credit left or is at its spending limit ({seen}).",
        "Add credit or raise the limit in the account's billing settings.",
    ),
    Kind.NO_KEY: _Words(
        "There is no usable API key.",
        "Put it, alone on its line, into the file that `api_key_file` names (chmod 600); "
        "a program that uses the library passes it as `api_key`.",
    ),
    Kind.NO_CLIENT: _Words(
        "A connection to {where} can't be prepared ({seen}).",
        "Check the proxy and certificate settings in the environment (HTTPS_PROXY, SSL_CERT_FILE and such).",
    ),
    Kind.CERTIFICATE: _Words(
        "The certificate of {where} is not to be trusted, so nothing was sent there ({seen}).",
        "Check `base_url`, this machine's clock, and whether somebody stands between; a certificate "
        "authority of your own goes into a file that SSL_CERT_FILE names.",
    ),
    Kind.NO_TLS: _Words(
        "No encrypted connection to {where} comes about, so nothing was sent there ({seen}).",
        "If that server speaks plain HTTP, write http:// in `base_url`; otherwise see what answers there.",
    ),
    Kind.KEY: _Words("{where} refuses the API key ({seen}).", "Put a valid key in its place."),
    Kind.PERMISSION: _Words(
        "{where} does not allow this key to use {model} ({seen}).",
        "Check the key's workspace and permissions, or the account's standing.",
    ),
    Kind.MODEL: _Words(
        "{where} does not offer the model {model} in this way ({seen}).",
        "Correct `model` or `base_url` in config.yaml.",
    ),
    Kind.REDIRECTED: _Words(
        "{where} sends requests on to another address ({seen}); neither text nor key went there.",
        "If that address is the right one, put it into `base_url`; otherwise see what answers at this one.",
    ),
    Kind.STRANGE: _Words(
        "{where} does not answer as a server of this API does ({seen}).",
        "Check `provider` and `base_url` in config.yaml, and what lies between here and there.",
    ),
    Kind.ALL_REFUSED: _Words(
        "{where} refuses every request, even a harmless one ({seen}).",
        "Check `model`, `base_url` and `chunk_words` in config.yaml; the service's own log may say more.",
    ),
    Kind.REFUSED: _Words("the service refused it ({seen})"),
    Kind.TOO_LARGE: _Words("the service finds it too large ({seen})"),
    Kind.CONTEXT: _Words(
        "it does not fit into the model's context ({seen}): take a larger one, or a smaller `chunk_words`"
    ),
    Kind.CONTEXT_TOO_SMALL: _Words(
        "The context of {model} at {where} is too small even for the shortest passage ({seen}): start it "
        "with {needs:,} tokens, 1,000 and 3 for each of `chunk_words` (llama.cpp: -c {needs}; Ollama: "
        "OLLAMA_CONTEXT_LENGTH={needs}).",
        "It is asked again by itself.",
    ),
    Kind.PROMPT_CUT: _Words(
        "{where} reads only a part of what it is sent ({seen}).",
        "Start it with a context of {needs:,} tokens (Ollama: OLLAMA_CONTEXT_LENGTH={needs}), and see that "
        "nothing on the way drops the `system` text.",
    ),
}

_IS_THE_SERVER_RUNNING = "Is the server running? Start it; it is asked again by itself."

_BY_STATUS: Mapping[int, Kind] = {
    400: Kind.REFUSED,
    401: Kind.KEY,
    402: Kind.CREDIT,
    403: Kind.PERMISSION,
    404: Kind.MODEL,
    408: Kind.BUSY,
    409: Kind.BUSY,
    413: Kind.TOO_LARGE,
    422: Kind.REFUSED,
    429: Kind.LIMITED,
    499: Kind.BUSY,
    503: Kind.OVERLOADED,
    529: Kind.OVERLOADED,
}
_REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
_HELD_CODES = frozenset({"organization_on_hold", "cmek_key_disabled", "cmek_key_network_blocked"})
# A spending limit of one's own and an empty account come as a plain 400: only the words tell.
# Only their beginning is looked at, since a server may quote the transcript further on.
_CREDIT_WORDS = re.compile(r".{0,60}\b(credit balance|usage limits?|spend(ing)? limit)\b", re.I | re.S)
_OPTION_NAMED_WITHIN = 100  # characters of a refusal: further on it may quote the transcript
_OUR_WORDS = re.compile(r"(model|thinking)\b", re.I)
# Servers word it differently, but all near the beginning.
_CONTEXT_WORDS = re.compile(
    r".{0,120}\b(context (size|length|window|limit)s?|(prompt|input|request) is too (long|large)"
    r"|prompt too long|maximum (model|context) length)\b",
    re.I | re.S,
)
_CONTEXT_CODES = frozenset({"exceed_context_size_error", "context_length_exceeded"})
_CONTEXT_STATUSES = frozenset({400, 413, 422, 500})
_CODE = re.compile(r"[a-z0-9_]{1,64}")
_LONGEST_SENTENCE = 300
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


def should_be_retried(fault: Fault) -> bool:
    """Whether the same request is sent again; what the server says of it has its way, where it may."""
    retry = fault.policy.retry
    if retry is Retry.NEVER or fault.should_retry is None:
        return retry is Retry.YES
    return fault.should_retry


def make_error(
    fault: Fault, *, model: str, where: str, is_local: bool = False
) -> ServiceError | ChunkRefused:
    """The error to raise when there is nothing left to try; `where` names the service.

    `is_local` says that the service is to run on this machine.
    """
    policy, words = fault.policy, _WORDS[fault.kind]
    mend = words.mend.format(needs=fault.needs)
    if is_local and fault.kind is Kind.UNREACHABLE:
        mend = _IS_THE_SERVER_RUNNING
    message = words.message.format(where=where, model=model, seen=fault.seen, needs=fault.needs)
    if fault.said:
        message += f' It says: "{fault.said}"'
    if policy.then is not Then.HOLD:
        return ChunkRefused(message, too_large=policy.then is Then.SPLIT)
    return ServiceError(
        message,
        mend,
        probe_after=max(policy.probe_after, fault.retry_after or 0.0),
        strikes=None if asks_for_patience(fault) else policy.strikes,
        of_model=policy.whose is Whose.MODEL,
    )


def blame_service(fault: Fault) -> Fault:
    """The fault that a harmless text has met with, which so is no passage's."""
    kind = Kind.CONTEXT_TOO_SMALL if fault.kind is Kind.CONTEXT else Kind.ALL_REFUSED
    return Fault(kind, fault.seen, said=fault.said)


def count_context(chunk_words: int) -> int:
    """How many tokens of context a model needs for passages of so many words, and the instructions.

    The shipped instructions have 800 tokens; a word has about 1.4, and is said twice.
    """
    return 1000 + 3 * chunk_words


def find_refused_option(error: BaseException, options: Iterable[str]) -> str | None:
    """The option of a request for which a server refuses it, None where that is not why."""
    if getattr(error, "status_code", None) not in (400, 422):
        return None
    beginning = _read_told(error)[1][:_OPTION_NAMED_WITHIN]
    param = getattr(error, "param", None)
    for option in options:
        if param == option or re.search(rf"(?<![^\W_]){re.escape(option)}(?![^\W_])", beginning, re.I):
            return option
    return None


def read_sentence(error: BaseException, sent: str, key: str) -> str:
    """What a server says is wrong, in one line; "" where it says nothing or quotes what it was sent.

    `sent` is all of the text that went to the server with this request, and with the one it stands for.
    """
    _, message = _read_told(error)
    sentence = " ".join("".join(char if char.isprintable() else " " for char in message).split())
    sentence = sentence[:_LONGEST_SENTENCE]
    words, known = sentence.lower().split(), f" {' '.join(sent.lower().split())} "
    starts = range(max(1, len(words) - _QUOTED_WORDS + 1))
    runs = [" ".join(words[at : at + _QUOTED_WORDS]) for at in starts]
    parts = [key[at : at + _QUOTED_KEY] for at in range(max(1, len(key) - _QUOTED_KEY + 1))]
    quotes_text = any(run in known for run in runs)
    quotes_key = any(part and part in sentence for part in parts)
    return "" if quotes_text or quotes_key else sentence


def asks_for_patience(fault: Fault) -> bool:
    """Whether the server asked for a longer wait than a request waits for."""
    return (fault.retry_after or 0.0) > PATIENCE


def judge_exception(error: BaseException, now: float) -> Fault:
    """The fault in what the client library raised; `now` is the time in seconds since the epoch."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        told_type, message = _read_told(error)
        return judge_status(
            status,
            getattr(getattr(error, "response", None), "headers", {}),
            error_type=getattr(error, "type", None) or told_type,
            error_code=getattr(error, "error_code", None),
            message=message,
            now=now,
        )
    # A connection error carries what really happened as its cause: its class says more.
    causes = _list_causes(error)
    if any("ConnectError" in _list_classes(cause) for cause in causes):
        for cause in causes:
            if isinstance(cause, ssl.SSLError):
                return _judge_handshake(cause)
    cause = error.__cause__ or error
    kinds = [_BY_CLASS[name] for one in (cause, error) for name in _list_classes(one) if name in _BY_CLASS]
    return Fault(kinds[0] if kinds else Kind.BROKEN, type(cause).__name__)


def judge_status(
    status: int,
    headers: Mapping[str, str],
    *,
    error_type: object = None,
    error_code: object = None,
    message: object = None,
    now: float,
) -> Fault:
    """The fault in an answer with an error status; headers are looked up in small letters."""
    said = message if isinstance(message, str) else ""
    return judge_codes(status, headers, (error_type, error_code), said, now)


def judge_codes(
    status: int, headers: Mapping[str, str], codes: Iterable[object], message: str, now: float
) -> Fault:
    """The same, whatever the API calls its codes; what is no code is let go of."""
    if status in _REDIRECTIONS and (target := headers.get("location")):
        return Fault(Kind.REDIRECTED, f"HTTP {status} to {_name_target(target)}")
    known = [code for code in codes if isinstance(code, str) and _CODE.fullmatch(code)]
    return Fault(
        _tell_kind(status, known, message),
        " ".join([f"HTTP {status}", *known]),
        retry_after=read_retry_after(headers, now),
        should_retry={"true": True, "false": False}.get(headers.get("x-should-retry", "")),
    )


def judge_answer(answer: object) -> Fault | None:
    """What is wrong with a body that came with a 200, None when it is an answer."""
    if isinstance(answer, str):
        return Fault(Kind.BROKEN, "a page instead of an answer")
    content, stop_reason = getattr(answer, "content", None), getattr(answer, "stop_reason", None)
    if not isinstance(content, list) or not isinstance(stop_reason, str):
        return Fault(Kind.BROKEN, "JSON of another shape")
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
    try:
        return _limit_wait(parsedate_to_datetime(asked).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _tell_kind(status: int, codes: list[str], message: str) -> Kind:
    if "billing_error" in codes or any("spend_limit" in code for code in codes):
        return Kind.CREDIT
    if not _HELD_CODES.isdisjoint(codes):
        return Kind.PERMISSION
    if not _CONTEXT_CODES.isdisjoint(codes):
        return Kind.CONTEXT
    if status in _CONTEXT_STATUSES and _CONTEXT_WORDS.match(message):
        return Kind.CONTEXT
    if status == 400 and _CREDIT_WORDS.match(message):
        return Kind.CREDIT
    if status == 400 and _OUR_WORDS.match(message):
        return Kind.MODEL
    return _BY_STATUS.get(status, Kind.BUSY if status >= 500 else Kind.STRANGE)


def _read_told(error: BaseException) -> tuple[str, str]:
    """The type and the message in the body of an error; servers wrap them differently, or not at all."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(inner, dict):
        return "", inner if isinstance(inner, str) else ""
    told_type, message = inner.get("type") or inner.get("code"), inner.get("message")
    return (
        told_type if isinstance(told_type, str) else "",
        message if isinstance(message, str) else str(getattr(error, "api_message", None) or ""),
    )


def _name_target(location: str) -> str:
    """Where a redirection leads: the server alone, since the rest may hold anything."""
    return show_server(location) if "//" in location else "another path of it"


def _judge_handshake(error: ssl.SSLError) -> Fault:
    """The fault in a TLS connection that did not come about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Fault(Kind.CERTIFICATE, error.verify_message.rstrip("."))
    reason = error.reason or ""
    kind = Kind.NO_TLS if reason in _NO_TLS_REASONS else Kind.UNREACHABLE
    return Fault(kind, f"TLS: {reason.lower().replace('_', ' ') or 'no reason given'}")


def _list_causes(error: BaseException) -> list[BaseException]:
    """An error, what caused it, what caused that, and so on."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    return causes


def _list_classes(error: BaseException) -> list[str]:
    return [one.__name__ for one in type(error).__mro__]


def _parse_number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _limit_wait(seconds: float) -> float:
    return min(max(0.0, seconds), LONGEST_WAIT)
