"""What requests cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.costs.pricing import (
    DEAREST,
    PRICES,
    Price,
    Usage,
    bound_cost,
    find_price,
    is_same_model,
    name_model,
    reckon_cost,
)

counts = st.integers(0, 300_000)
prices = st.sampled_from(sorted(PRICES))


def test_a_million_tokens_each_cost_what_the_price_list_says():
    million = 1_000_000
    assert reckon_cost(
        PRICES["claude-sonnet-5-5"], Usage(million, million, million, million)
    ) == pytest.approx(14.60)


def test_a_usual_chunk_costs_a_fraction_of_a_cent_with_the_default_model():
    assert reckon_cost(PRICES["claude-haiku-5-5"], Usage(1500, 1200, 0, 800)) == pytest.approx(0.000758)


def test_a_long_prompt_makes_the_whole_request_dearer_whatever_part_of_it_was_cached():
    haiku = PRICES["claude-haiku-5-5"]
    assert reckon_cost(haiku, Usage(100_000, 1000)) == pytest.approx(0.0105)
    assert reckon_cost(haiku, Usage(1, 1000, 50_000, 50_000)) == pytest.approx(5 * 0.0072501)


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("claude-haiku-5-5", "claude-haiku-5-5"),
        ("claude-haiku-5-5-20261001", "claude-haiku-5-5"),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("claude-opus-5-latest", "claude-opus-5"),
        ("claude-opus-5@20260101", "claude-opus-5"),
        ("gpt-5-mini-2025-08-07", "gpt-5-mini"),
    ],
)
def test_a_dated_name_has_its_familys_price(name, like):
    assert find_price(name) is PRICES[like]


@pytest.mark.parametrize("name", ["claude-opus-5-7", "claude-opus", "qwen3:8b", "", "my-claude-opus-5x"])
def test_another_model_has_no_known_price_even_if_its_name_begins_like_one(name):
    assert find_price(name) is None


def test_ones_own_prices_go_before_the_list_for_dated_names_too():
    mine = Price(1, 2, 3, 4)
    assert find_price("claude-haiku-5-5-20261001", {"claude-haiku-5-5": mine}) is mine
    assert find_price("qwen3:8b", {"qwen3:8b": mine}) is mine


def test_the_dearest_price_is_at_least_every_other_of_anthropics():
    own = [price for name, price in PRICES.items() if name.startswith("claude-")]
    assert all(DEAREST.output >= price.output and DEAREST.input >= price.input for price in own)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("gpt-5-mini", "gpt-5-mini-2025-08-07"),
        ("claude-haiku-5-5", "claude-haiku-5-5-20261001"),
        ("mistral-medium-latest", "mistral-medium"),
        ("openai/gpt-oss-120b", "gpt-oss-120b"),
        ("gemini-2.5-flash", "models/gemini-2.5-flash"),
        ("qwen3:8b", ""),
    ],
)
def test_a_date_or_a_vendor_makes_no_other_model(asked, answered):
    assert is_same_model(asked, answered)


@pytest.mark.parametrize(("asked", "answered"), [("claude-opus-5", "deepseek-v4"), ("gpt-5", "gpt-5-mini")])
def test_another_name_is_another_model(asked, answered):
    assert not is_same_model(asked, answered)


@given(prices, st.text(), counts, st.data())
def test_no_request_costs_more_than_was_said_before_it(name, prompt, max_tokens, data):
    price, size = PRICES[name], len(prompt.encode())
    tokens = data.draw(st.integers(0, size))
    cached = data.draw(st.integers(0, tokens))
    usage = Usage(tokens - cached, data.draw(st.integers(0, max_tokens)), cached)
    assert reckon_cost(price, usage) <= bound_cost(price, size, max_tokens) + 1e-12


@pytest.mark.parametrize("size", [0, 300, 90_000, 1_000_000])
@pytest.mark.parametrize("name", sorted(PRICES))
def test_nor_does_one_whose_every_byte_is_a_token_and_written_to_the_cache(name, size):
    for dearest in (Usage(0, 500, size), Usage(size, 500)):
        assert reckon_cost(PRICES[name], dearest) <= bound_cost(PRICES[name], size, 500)


@given(prices, st.lists(counts, min_size=4, max_size=4), st.lists(counts, min_size=4, max_size=4))
def test_usages_add_up(name, some, more):
    both = Usage(*some) + Usage(*more)
    assert both == Usage(*(a + b for a, b in zip(some, more, strict=True)))
    assert both.total_input == Usage(*some).total_input + Usage(*more).total_input


@pytest.mark.parametrize(
    ("answered", "named"),
    [
        ("/srv/ann/models/SmolLM2.Q4_1.gguf", "SmolLM2.Q4_1"),
        ("C:\\models\\small.gguf", "small"),
        ("models/small.gguf", "small"),
        ("/data/llama-3/", "llama-3"),
        ("meta-llama/Llama-3", "meta-llama/Llama-3"),
        ("qwen3:8b", "qwen3:8b"),
        ("", ""),
        ("/", "/"),
    ],
)
def test_a_file_of_the_servers_disk_is_named_by_its_stem(answered, named):
    assert name_model(answered) == named


def test_a_model_is_the_same_whatever_file_it_lies_in():
    assert is_same_model("small", "/srv/models/small.gguf")
    assert not is_same_model("claude-haiku-5-5", "/srv/models/small.gguf")
