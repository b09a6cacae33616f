"""Between "ask the model this" and an answer or a judged fault.

Each request is admitted, reserved in the ledger, sent once, and paid; what may pass is tried again.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from tenacity import RetryCallState, Retrying, retry_if_result, wait_random_exponential

from daemon.cleaning.llm import faults
from daemon.cleaning.llm.batch_client import BatchClient
from daemon.cleaning.llm.client import choose_thinking
from daemon.cleaning.llm.endpoint import Endpoint, Message, Prompt, Reply
from daemon.cleaning.llm.faults import ChunkRefused, Fault, Kind
from daemon.cleaning.llm.openai_client import ChatClient, choose_effort
from daemon.costs.pricing import (
    BATCH_SHARE,
    DEAREST,
    Price,
    Usage,
    bound_cost,
    find_price,
    is_same_model,
    name_model,
    reckon_cost,
)
from daemon.costs.question import Answer, Label
from daemon.errors import ServiceError
from daemon.settings.address import is_hosted_api
from daemon.settings.config import Config
from daemon.text.unseen import HALF_CHARACTER
from daemon.workers.admission import Permit, Swap

log = logging.getLogger(__name__)

DEFAULT_CHUNK_WORDS = Config().chunk_words
LEAST_TOKENS, MOST_TOKENS = 1024, 64_000
"""No answer gets less room, and no current model can write more."""

# English has about 4 characters a token, no script that is written much has more than 6.
_CHARACTERS_A_TOKEN, _MOST_CHARACTERS_A_TOKEN = 4, 10
_SHORT_READINGS = 3  # so many in a row are no chance
_HARMLESS = "<transcript>\nHello.\n</transcript>"
_HELLO = "Hello. "
_SHORTEST = f"<transcript>\n{_HELLO * 60}\n</transcript>"  # no passage is split further


class Meter(Protocol):
    """Writes down what requests cost, in dollars."""

    def reserve_cost(self, label: Label, model: str, dollars: float) -> str:
        """Reserve the most that a request can cost; returns the reservation's id. May raise to forbid it."""

    def record_payment(
        self, reservation: str, label: Label, model: str, usage: Usage, dollars: float
    ) -> None:
        """Put what a request has cost in the place of its reservation."""


@dataclass
class _Question:
    """One question on its way, over all its requests, which the permit is asked for."""

    label: Label
    permit: Permit
    prompt: Prompt
    bound: float
    usage: Usage = field(default_factory=Usage)
    cost: float = 0.0
    bounded: float = 0.0  # so much of the cost
    requests: int = 0
    answers: int = 0  # that others had when it began


def max_tokens_for(text: str) -> int:
    """How many tokens of room a faithful answer to `text` gets.

    One for each byte of UTF-8, which no byte-level tokenizer exceeds. English needs a quarter of
    that: the rest is for tags, for other scripts, and for a translation.
    """
    return min(max(LEAST_TOKENS, len(text.encode(errors="replace"))), MOST_TOKENS)


def check_thinking(provider: str, model: str, base_url: str | None, thinking: bool | None) -> None:
    """Raise ConfigError where a model can't do what `thinking` says, before anything is sent to it."""
    if provider == "openai":
        choose_effort(model, thinking, is_hosted=is_hosted_api(base_url, provider))
    elif provider == "anthropic":
        choose_thinking(model, thinking, is_hosted=is_hosted_api(base_url, provider))


class Model:
    """One model at one endpoint; thread-safe. `provider` is "anthropic" or "openai": whose API is spoken.

    `attempts` is the most requests for one question. Between them it waits a random time of up to
    `base_wait` seconds, doubling each time, up to `max_wait_seconds`, and at least what the server
    asked for; where that is more than a minute, everybody is held. A request ends `timeout_seconds` after it
    began, whatever still comes in. `base_url` None is the hosted API.
    `prices` go before the list's; without one a hosted model costs as much as the dearest, any other
    nothing. `chunk_words` is how long the longest question is. `thinking` None is off where that is
    understood. Raises ConfigError for a `base_url` that is no address, and for a model that always thinks.
    """

    def __init__(
        self,
        *,
        model: str,
        api_key: str | None,
        base_url: str | None,
        attempts: int,
        max_wait_seconds: float,
        timeout_seconds: float,
        meter: Meter | None,
        provider: str = "anthropic",
        prices: Mapping[str, Price] | None = None,
        chunk_words: int = DEFAULT_CHUNK_WORDS,
        thinking: bool | None = None,
        base_wait: float = 1.0,
    ) -> None:
        connect = ChatClient if provider == "openai" else BatchClient
        self._endpoint: Endpoint = connect(
            model=model,
            api_key=api_key,
            base_url=base_url,
            timeout_seconds=timeout_seconds,
            thinking=thinking,
        )
        self._timeout = timeout_seconds
        self._chunk_words = chunk_words
        self._meter = meter
        self._prices = dict(prices or {})
        self._price = find_price(model, prices)
        if self._price is None and self._endpoint.is_hosted:
            self._price = self._assume_price(provider)
        self._base_wait = base_wait
        self._backoff = wait_random_exponential(multiplier=base_wait, max=max_wait_seconds)
        self._attempts = attempts
        self._lock = threading.Lock()
        self._in_flight = 0
        self._swaps: set[str] = set()
        self._answers = 0
        self._short_readings = 0  # in a row
        self._is_filtered = False  # whether something on the way has refused a text, and let others through
        self._not_before = 0.0  # by time.monotonic: a rate limit is everybody's

    def ask(self, system: str, user: str, *, max_tokens: int, label: Label, permit: Permit) -> Answer:
        """Ask until there is an answer; its stop reason and text are the caller's to judge.

        `permit` says before each request whether it may begin, and hears what came of it. Raises
        ServiceError when nobody can be served, ChunkRefused when this question can't, NotNow or Stopped
        when a request may not begin; and what the meter raises.
        """
        question = self._make_question(system, user, max_tokens, label, permit)
        reply = self._retrying(permit)(self._attempt, question)
        if isinstance(reply, Fault):
            raise self._endpoint.make_error(self._find_whose_fault(reply, question))
        answered = name_model(reply.model)
        self._tell_swap(answered, permit)
        return Answer(
            reply.text,
            reply.stop_reason,
            question.usage,
            question.cost,
            question.requests,
            answered,
            bounded=question.bounded,
        )

    def _tell_swap(self, answered: str, permit: Permit | None = None) -> None:
        """Say, once for each, that another model answers than the one that is asked for."""
        asked = self._endpoint.model
        is_swapped = not is_same_model(asked, answered)
        if permit is not None:
            permit.report_swap(Swap(asked, answered) if is_swapped else None)
        with self._lock:
            is_new = is_swapped and answered not in self._swaps
            self._swaps.add(answered)
        if is_new:
            log.warning("%s was asked for, but %s answers: it is named in the result", asked, answered)

    def prepare(self) -> None:
        """Load the client library, which takes seconds, and warn of a model about to be retired."""
        self._endpoint.prepare()

    def check(self) -> str:
        """Ask, free of charge, whether key and model are good, and tell what else is to be known.

        Raises ServiceError.
        """
        return self._endpoint.check()

    def _assume_price(self, provider: str) -> Price | None:
        """What a hosted model without a price is taken to cost, None where that can't be bounded."""
        if provider != "anthropic":
            log.warning("no price is known for %s: what it costs is not counted", self._endpoint.model)
            return None
        log.warning("no price is known for %s: the dearest known one is assumed", self._endpoint.model)
        return DEAREST

    @property
    def batches(self) -> BatchClient | None:
        """The client that asks the model in batches; None where its API has none."""
        return self._endpoint if isinstance(self._endpoint, BatchClient) else None

    def make_error(self, fault: Fault) -> ServiceError | ChunkRefused:
        """What a fault is to those who asked: whom it concerns, and its mend."""
        return self._endpoint.make_error(fault)

    def make_prompt(self, system: str, user: str, max_tokens: int) -> Prompt:
        """What is sent for a question; raises ChunkRefused where it can't be sent."""
        if HALF_CHARACTER.search(system) or HALF_CHARACTER.search(user):
            raise ChunkRefused("it holds halves of characters, which can't be sent")
        return Prompt(system, user, max_tokens + self._endpoint.thinking_tokens)

    def bound_cost(self, prompt: Prompt) -> float:
        """The most, in dollars, that a question can cost when it is asked singly."""
        size, price = len(prompt.system.encode()) + len(prompt.user.encode()), self._price
        return bound_cost(price, size, prompt.max_tokens) if price else 0.0

    def reckon_batched(self, reply: Message, usage: Usage | None, reserved: float) -> Answer:
        """An answer that came in a batch, with what it cost: what was `reserved`, where nobody knows."""
        answered = name_model(reply.model)
        self._tell_swap(answered)
        if usage is None:
            return Answer(
                reply.text, reply.stop_reason, Usage(), reserved, 1, answered, batched=1, bounded=reserved
            )
        cost = self.price_batched(reply, usage)
        return Answer(reply.text, reply.stop_reason, usage, cost, 1, answered, batched=1)

    def price_batched(self, reply: Reply, usage: Usage) -> float:
        """What a request of a batch has cost, in dollars."""
        price = self._find_price_of(reply)
        return BATCH_SHARE * reckon_cost(price, usage) if price else 0.0

    def _make_question(
        self, system: str, user: str, max_tokens: int, label: Label, permit: Permit
    ) -> _Question:
        prompt = self.make_prompt(system, user, max_tokens)
        return _Question(label, permit, prompt, self.bound_cost(prompt), answers=self._answers)

    def _find_whose_fault(self, fault: Fault, question: _Question) -> Fault:
        """The fault with whoever is to blame for it: where that is open, a harmless text is sent to see."""
        policy = fault.policy
        if policy.to_be_proved:
            return self._find_who_is_refused(fault, question)
        if policy.may_be_filtered:
            return self._find_filter(fault, question)
        if policy.strikes is not None and policy.most_tries is None:
            self._ask_if_service_is_up(question)
        return fault

    def _find_who_is_refused(self, fault: Fault, question: _Question) -> Fault:
        """The fault of this text, or the service's where it refuses a harmless one as well.

        Where another text was answered meanwhile, the service is not to blame, and nothing is sent.
        """
        if self._answers > question.answers:
            return fault
        harmless = question.prompt.make_harmless(_HARMLESS)
        if faults.is_about_size(fault):
            harmless = replace(harmless, user=_SHORTEST, max_tokens=LEAST_TOKENS)
        reply = self._attempt(replace(question, prompt=harmless))
        if not isinstance(reply, Fault):
            return fault
        if not reply.policy.to_be_proved:
            return reply
        return replace(faults.blame_service(reply), needs=faults.count_context(self._chunk_words))

    def _find_filter(self, fault: Fault, question: _Question) -> Fault:
        """The fault of a filter on the way where a harmless text is answered, else the same fault.

        Most likely it is what it seems: so that is asked only where it comes back, or a filter is known.
        """
        if not (question.permit.has_failed_before or self._is_filtered):
            return fault
        harmless = question.prompt.make_harmless(_HARMLESS)
        if isinstance(self._attempt(replace(question, prompt=harmless)), Fault):
            return fault
        self._is_filtered = True
        return Fault(Kind.FILTERED, fault.seen)

    def _ask_if_service_is_up(self, question: _Question) -> None:
        """Ask for a harmless text of nearly the same length where nothing else is left to ask for.

        An answer ends the hold; without one, the last passage on which a service fails would hold all others.
        """
        if not question.permit.has_failed_before or self._answers > question.answers:
            return
        length = len(question.prompt.user) - len(_HARMLESS)
        greetings = f"<transcript>\n{_HELLO * max(1, length // len(_HELLO))}\n</transcript>"
        harmless = question.prompt.make_harmless(greetings)
        self._attempt(replace(question, prompt=harmless, bound=self.bound_cost(harmless)))

    def _retrying(self, permit: Permit) -> Retrying:
        return Retrying(
            stop=partial(self._has_tried_enough, permit),
            retry=retry_if_result(_is_passing),
            wait=self._wait,
            sleep=permit.sleep,
            before_sleep=self._log_retry,
            retry_error_callback=_last_fault,
        )

    def _has_tried_enough(self, permit: Permit, state: RetryCallState) -> bool:
        fault = _last_fault(state)
        most = min(self._attempts, fault.policy.most_tries or self._attempts)
        return permit.is_probe or state.attempt_number >= most or faults.asks_for_patience(fault)

    def _attempt(self, question: _Question) -> Reply:
        """Send one request: admitted, reserved, sent, and paid where its cost is known."""
        self._endpoint.prepare()
        limited = self._not_before - time.monotonic()
        if limited > 0:
            question.permit.sleep(limited + random.uniform(0, self._base_wait))
        question.permit.await_admission()
        meter, label = self._meter, question.label
        reservation = meter.reserve_cost(label, self._endpoint.model, question.bound) if meter else ""
        question.requests += 1
        answer, usage = self._send(question)
        reply = self._check_reading(question.prompt, answer, usage)
        self._spread_news(reply, question.permit)
        if usage is None:  # nobody knows what it took: the reservation stands
            question.cost += question.bound
            question.bounded += question.bound
        else:
            price = self._find_price_of(answer)
            dollars = reckon_cost(price, usage) if price else 0.0
            question.usage, question.cost = question.usage + usage, question.cost + dollars
            if meter:
                meter.record_payment(reservation, label, self._endpoint.model, usage, dollars)
        return reply

    def _find_price_of(self, reply: Reply) -> Price | None:
        """What an answer costs per token: elsewhere than at the hosted API that goes by who has answered."""
        if self._endpoint.is_hosted or isinstance(reply, Fault) or self._endpoint.model in self._prices:
            return self._price
        return find_price(reply.model or self._endpoint.model, self._prices)

    def _check_reading(self, prompt: Prompt, reply: Reply, usage: Usage | None) -> Reply:
        """The reply, or a fault where the server has again read a fraction of what was sent, in silence."""
        if isinstance(reply, Fault) or usage is None or not usage.total_input or self._endpoint.is_hosted:
            return reply
        sent = len(prompt.system) + len(prompt.user)
        with self._lock:
            is_short = usage.total_input * _MOST_CHARACTERS_A_TOKEN < sent
            self._short_readings = self._short_readings + 1 if is_short else 0
            times = self._short_readings
        seen = f"{usage.total_input:,} of about {sent // _CHARACTERS_A_TOKEN:,} tokens"
        if times == 1:
            log.warning("cut prompt: the server has read %s", seen)
        if times < _SHORT_READINGS:
            return reply
        needs = faults.count_context(self._chunk_words)
        return Fault(Kind.PROMPT_CUT, seen, needs=needs)

    @property
    def reads_a_part(self) -> bool:
        """Whether the server has read but a fraction of what it was last sent."""
        with self._lock:
            return self._short_readings > 0

    def _send(self, question: _Question) -> tuple[Reply, Usage | None]:
        with self._lock:
            self._in_flight += 1
        try:
            with question.permit.count_question(self._timeout):
                return self._endpoint.send(question.prompt)
        finally:
            with self._lock:
                self._in_flight -= 1

    def _spread_news(self, reply: Reply, permit: Permit) -> None:
        """Tell all others what one request has learnt of the service."""
        if not isinstance(reply, Fault):
            with self._lock:
                self._answers += 1
            permit.report_answer()
        elif reply.policy.narrows:
            if reply.retry_after and not faults.asks_for_patience(reply):
                self._not_before = max(self._not_before, time.monotonic() + reply.retry_after)
            permit.report_limit(self._in_flight + 1)
        elif faults.should_be_retried(reply):
            permit.report_outage()

    def _wait(self, state: RetryCallState) -> float:
        return (_last_fault(state).retry_after or 0.0) + self._backoff(state)

    def _log_retry(self, state: RetryCallState) -> None:
        wait = state.next_action.sleep if state.next_action else 0.0
        seen, tried = _last_fault(state).seen, state.attempt_number
        log.info("retry after=%r attempt %d of %d, waiting %.1f s", seen, tried, self._attempts, wait)


def _is_passing(reply: Reply) -> bool:
    return isinstance(reply, Fault) and faults.should_be_retried(reply)


def _last_fault(state: RetryCallState) -> Fault:
    """What the last attempt returned: only a fault is tried again."""
    assert state.outcome is not None
    fault = state.outcome.result()
    assert isinstance(fault, Fault)
    return fault
