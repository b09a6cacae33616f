"""What services that speak OpenAI's chat API say went wrong, each in its own way, and what is made of it."""

from types import SimpleNamespace

import pytest

from daemon.cleaning.llm import openai_answers
from daemon.cleaning.llm.endpoint import Message
from daemon.cleaning.llm.faults import Fault, Kind
from daemon.costs.pricing import Usage

NOW = 1_795_000_000.0


def judge(status, body, headers=None):
    return openai_answers.judge_error(status, headers or {}, body, NOW)


def said(message, code=None, kind=None):
    return {"message": message, "type": kind, "param": None, "code": code}


def gemini(message, status, details=()):
    return [{"error": {"code": 0, "message": message, "status": status, "details": list(details)}}]


PER_DAY = {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}

SAID = {
    "OpenAI: no credit, as a 429": (
        429, said("You exceeded your quota.", "insufficient_quota", "insufficient_quota"), Kind.CREDIT,
    ),
    "OpenAI: billing": (400, said("Billing hard limit.", "billing_hard_limit_reached"), Kind.CREDIT),
    "OpenAI: the rate": (429, said("Rate limit reached.", "rate_limit_exceeded", "requests"), Kind.LIMITED),
    "OpenAI: more at once than a minute has": (
        429, said("Request too large for gpt-4.1 on tokens per min (TPM): Limit 1.", "rate_limit_exceeded"),
        Kind.TOO_LARGE,
    ),
    "OpenAI: the context": (
        400, said("This model's maximum context length is 8192 tokens.", "context_length_exceeded"),
        Kind.CONTEXT,
    ),
    "OpenAI: no such model, as a 403": (403, said("Project has no access.", "model_not_found"), Kind.MODEL),
    "OpenAI: a parameter": (400, said("Unsupported: 'max_tokens'.", "unsupported_parameter"), Kind.MODEL),
    "OpenAI: the key": (401, said("Incorrect API key provided.", "invalid_api_key"), Kind.KEY),
    "Azure: a filter": (400, said("The prompt was filtered.", "content_filter"), Kind.REFUSED),
    "Gemini: the key, as a 400": (
        400, gemini("API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT"), Kind.KEY,
    ),
    "Gemini: the rate": (429, gemini("Resource exhausted.", "RESOURCE_EXHAUSTED"), Kind.LIMITED),
    "Gemini: a quota by the minute, with words of billing": (
        429, gemini("You exceeded your current quota, please check your plan and billing details.",
                    "RESOURCE_EXHAUSTED"), Kind.LIMITED,
    ),
    "Gemini: no credit, as a 429": (
        429, gemini("Your prepayment credits are depleted.", "RESOURCE_EXHAUSTED"), Kind.CREDIT,
    ),
    "Gemini: a key that was found in public, as a 403": (
        403, gemini("Your API key was reported as leaked.", "PERMISSION_DENIED"), Kind.KEY,
    ),
    "Gemini: the context": (
        400, gemini("The input token count (9) exceeds the maximum number of tokens allowed (8).", "X"),
        Kind.CONTEXT,
    ),
    "Groq: more at once than a minute has": (
        413, said("Request too large for model on tokens per minute.", "rate_limit_exceeded"), Kind.TOO_LARGE,
    ),
    "Groq: a model that is gone": (400, said("It was decommissioned.", "model_decommissioned"), Kind.MODEL),
    "Mistral: the context": (
        400, {"object": "error", "message": "Prompt is too large: 9 tokens, maximum 8.", "code": "3051"},
        Kind.CONTEXT,
    ),
    "Mistral: any other": (422, {"detail": [{"loc": ["body"], "msg": "no"}]}, Kind.REFUSED),
    "xAI: the key, as a 400": (
        400, {"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xa."},
        Kind.KEY,
    ),
    "xAI: no credit, as a 403": (
        403, {"code": "x", "error": "Your newly created team doesn't have any credits yet."}, Kind.CREDIT,
    ),
    "xAI: the context": (
        400, {"code": "x", "error": "This model's maximum prompt length is 8 but the request has 9."},
        Kind.CONTEXT,
    ),
    "Together: the context": (
        422, said("Input error: `inputs` tokens + `max_new_tokens` must be <= 4097."), Kind.CONTEXT,
    ),
    "LiteLLM: a budget, as a 400": (
        400, said("Budget has been exceeded! Current cost: 5.1", "400", "budget_exceeded"), Kind.CREDIT,
    ),
    "LiteLLM: a key that is over, as a 400": (
        400, said("Authentication Error - Expired Key.", "400", "expired_key"), Kind.KEY,
    ),
    "OpenRouter: the limit of a key, as a 403": (
        403, {"code": 403, "message": "Key limit exceeded (total limit)."}, Kind.CREDIT,
    ),
    "DeepSeek: no credit": (402, said("Insufficient Balance", None, "unknown_error"), Kind.CREDIT),
    "OpenRouter: moderation, as a 403": (
        403, {"code": 403, "message": "Your input was flagged.", "metadata": {}}, Kind.REFUSED,
    ),
    "OpenRouter: what stands in a 403 else": (403, {"code": 403, "message": "No."}, Kind.PERMISSION),
    "vLLM: the context": (
        400, {"object": "error", "message": "Maximum context length is 4096 tokens.", "code": 400},
        Kind.CONTEXT,
    ),
    "a page": (502, "<html>Bad gateway</html>", Kind.BUSY),
    "nothing": (500, None, Kind.BUSY),
    "an empty list": (500, [], Kind.BUSY),
}  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind"), SAID.values(), ids=SAID)
def test_each_service_has_its_own_words_for_the_same_faults(status, body, kind):
    assert judge(status, body).kind is kind
    unpacked = body.get("error", body) if isinstance(body, dict) else body  # as the client library does it
    assert judge(status, unpacked).kind is kind


def test_a_passage_that_speaks_of_keys_and_credit_is_not_taken_for_the_servers_word():
    quoted = "Invalid message, the input was: " + "x" * 120 + " invalid api key, no credits, context length"
    assert judge(400, said(quoted)).kind is Kind.REFUSED


def test_what_the_server_wrote_is_kept_nowhere():
    fault = judge(400, said("secret words", "Secret Words!", "secret" + "x" * 60))
    assert fault.seen == "HTTP 400"
    assert "secret" not in repr(fault)


@pytest.mark.parametrize(
    "body",
    [
        said("Rate limit reached for m on tokens per day (TPD): Limit 100000.", "rate_limit_exceeded"),
        said("Limit on requests per day (RPD)", "rate_limit_exceeded"),
        gemini("You exceeded your current quota.", "RESOURCE_EXHAUSTED", [PER_DAY]),
        gemini("You exceeded your quota, check your billing details.", "RESOURCE_EXHAUSTED", [PER_DAY]),
        said("Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 requests per day"),
    ],
)
def test_a_quota_by_the_day_is_asked_about_each_hour_unless_the_service_says_when(body):
    assert judge(429, body).kind is Kind.LIMITED
    assert judge(429, body).retry_after == 3600
    assert judge(429, body, {"retry-after": "432"}).retry_after == 432


def test_a_quota_by_the_minute_is_no_daily_one():
    assert judge(429, said("Limit on tokens per min (TPM)")).retry_after is None


# Answers


def answer(text="ok", finish="stop", **more):
    message = SimpleNamespace(content=text, refusal=more.pop("refusal", None))
    choice = SimpleNamespace(message=message, finish_reason=finish)
    return SimpleNamespace(choices=[choice], model="m", **more)


@pytest.mark.parametrize(
    ("finish", "reason"),
    [
        ("stop", "end_turn"),
        ("STOP", "end_turn"),
        ("eos", "end_turn"),
        ("eos_token", "end_turn"),
        ("length", "max_tokens"),
        ("MAX_TOKENS", "max_tokens"),
        ("content_filter", "refusal"),
        ("SAFETY", "refusal"),
        ("sensitive", "refusal"),
        ("model_length", "model_context_window_exceeded"),
        ("tool_calls", "tool_calls"),
        ("a_new_one", "a_new_one"),
    ],
)
def test_why_the_model_stopped_is_told_in_the_words_of_the_messages_api(finish, reason):
    assert openai_answers.read_reply(answer(finish=finish)) == Message("ok", reason, "m")


def test_a_refusal_is_one_although_the_model_stopped_as_usual():
    assert openai_answers.read_reply(answer(None, refusal="I can't.")) == Message("", "refusal", "m")


@pytest.mark.parametrize(
    "finish", ["error", "ERROR", "insufficient_system_resource", "network_error", "abort"]
)
def test_an_answer_that_the_service_broke_off_is_none(finish):
    reply = openai_answers.read_reply(answer("half of", finish=finish))
    assert isinstance(reply, Fault)
    assert reply.kind is Kind.BROKEN


@pytest.mark.parametrize("finish", [None, "", " "])
def test_an_answer_that_does_not_say_why_it_ends_is_none(finish):
    reply = openai_answers.read_reply(answer("half of", finish=finish))
    assert reply == Fault(Kind.NO_END, "no `finish_reason`")


@pytest.mark.parametrize(
    "answered",
    ["<html>", None, SimpleNamespace(choices=[]), SimpleNamespace(choices=[None]), SimpleNamespace()],
)
def test_what_is_no_completion_is_broken(answered):
    assert openai_answers.read_reply(answered).kind is Kind.BROKEN


THOUGHT = {"type": "thinking", "thinking": [{"type": "text", "text": "a lie"}]}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ([{"type": "text", "text": "one "}, {"type": "text", "text": "two"}], "one two"),
        ([THOUGHT, {"type": "text", "text": "said"}], "said"),
        ([{"type": "refusal", "refusal": "no", "text": "no"}], ""),
        ([None, 5, "plain", {"type": "text"}, {"text": 5}, {"type": ["text"], "text": "odd"}], "plain"),
        (True, ""),
    ],
)
def test_an_answer_in_parts_is_its_text_without_what_was_thought(content, text):
    assert openai_answers.read_reply(answer(content)) == Message(text, "end_turn", "m")


# Tokens


def usage(prompt, completion, total=None, **details):
    total = prompt + completion if total is None else total
    inner = SimpleNamespace(**details)
    return SimpleNamespace(
        usage=SimpleNamespace(
            prompt_tokens=prompt,
            completion_tokens=completion,
            total_tokens=total,
            prompt_tokens_details=inner,
        )
    )


def test_cached_tokens_stand_inside_those_of_the_prompt_and_are_counted_apart():
    read = openai_answers.read_usage(usage(1000, 200, cached_tokens=600, cache_write_tokens=100))
    assert read == Usage(300, 200, 100, 600)


def test_thinking_that_stands_in_the_total_alone_is_output_too():
    assert openai_answers.read_usage(usage(1000, 200, total=1900)) == Usage(1000, 900)


@pytest.mark.parametrize("odd", [usage(10, 5, cached_tokens=99), usage(10, 5, cache_write_tokens=99)])
def test_no_more_is_read_from_the_cache_than_there_was(odd):
    assert openai_answers.read_usage(odd).total_input == 10


@pytest.mark.parametrize("told", [SimpleNamespace(), SimpleNamespace(usage=None), "a page"])
def test_who_says_nothing_of_tokens_says_nothing(told):
    assert openai_answers.read_usage(told) is None
