"""Who cleans, and where: what today's config says."""

import importlib.util
import sys
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from daemon.costs.ledger import Ledger
from daemon.errors import ConfigError, InputError, ServiceError
from daemon.loop import provider
from daemon.settings.address import API
from daemon.settings.config import load_config
from daemon.store.ticket import Ticket


@pytest.mark.parametrize("base_url", [None, "http://localhost:11434"])
def test_text_goes_where_the_config_says_whatever_address_the_environment_names(
    make_root, monkeypatch, base_url
):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    made = []
    monkeypatch.setattr(provider, "LLMProcessor", lambda *_, **more: made.append(more["base_url"]))
    root = make_root(base_url=base_url)
    access = provider.Access(
        load_config(str(root.path / "config.yaml")), Ledger(str(root.state / "ledger.csv"))
    )
    access.find_processor(access.settings)
    assert made == [base_url or API]


@pytest.fixture
def choose(make_root):
    """Today's access under a config; a key file has the key sk-file."""

    def choose(**config):
        root = make_root(**config)
        return provider.Access(
            load_config(str(root.path / "config.yaml")), Ledger(str(root.state / "ledger.csv"))
        )

    return choose


LOCAL, FAR = "http://localhost:11434", "https://me:hidden@models.example"


@pytest.mark.parametrize("base_url", [None, LOCAL])
def test_a_variable_that_was_to_give_the_key_and_is_empty_is_told_of(choose, monkeypatch, base_url):
    said = "$MODELS_KEY, which `api_key_env` names, holds no key"
    asked = {"base_url": base_url, "api_key_env": "MODELS_KEY"}
    assert said in choose(**asked).describe_provider()
    assert said not in choose(**asked, provider="offline").describe_provider()
    monkeypatch.setenv("MODELS_KEY", "sk-test")
    assert said not in choose(**asked).describe_provider()


@pytest.mark.parametrize("base_url", [LOCAL, FAR, "http://api.anthropic.com"])
def test_anthropics_key_in_the_environment_goes_to_no_other_server_and_that_is_said(
    choose, monkeypatch, base_url
):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    access = choose(base_url=base_url)
    assert access.key is None
    assert "without a key" in access.describe_provider()
    assert "$ANTHROPIC_API_KEY is not sent there" in access.describe_provider()


@pytest.mark.parametrize("base_url", [None, "https://api.anthropic.com/v1"])
def test_anthropics_key_in_the_environment_goes_to_anthropic(choose, monkeypatch, base_url):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    access = choose(base_url=base_url)
    assert access.key.value == "sk-test"
    assert "is not sent" not in access.describe_provider()


@pytest.mark.parametrize("variable", ["ANTHROPIC_API_KEY", "PROXY_KEY"])
def test_a_variable_that_the_config_names_goes_to_the_server_it_names(choose, monkeypatch, variable):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    monkeypatch.setenv("PROXY_KEY", "sk-proxy")
    access = choose(base_url=FAR, api_key_env=variable)
    assert access.key.origin == f"${variable}"
    assert "is not sent" not in access.describe_provider()


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999", "http://127.0.0.1:0"])
def test_an_address_that_is_none_stops_the_start_and_fails_no_job(choose, address):
    with pytest.raises(ConfigError, match="`base_url` is not an address"):
        choose(base_url=address)


def test_the_key_file_is_for_the_server_that_the_config_names(make_root, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    root = make_root(base_url=FAR)
    (root.path / ".api-key").write_text("sk-file")
    (root.path / ".api-key").chmod(0o600)
    access = provider.Access(
        load_config(str(root.path / "config.yaml")), Ledger(str(root.state / "ledger.csv"))
    )
    assert access.key.value == "sk-file"


def test_the_start_names_server_and_proxy_and_no_password(choose, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    said = choose(base_url=FAR).describe_provider()
    assert "https://models.example through the proxy http://proxy.example:3128" in said
    assert "hidden" not in said
    assert "secret" not in said


def test_a_key_that_a_proxy_could_read_stops_the_start(choose, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://me:secret@proxy.example:3128")
    monkeypatch.setenv("MODELS_KEY", "sk-test")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    readable = {"base_url": "http://models.example", "api_key_env": "MODELS_KEY"}
    with pytest.raises(ConfigError, match="could be read by the proxy") as caught:
        choose(**readable)
    assert "http://proxy.example:3128" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "NO_PROXY" in caught.value.mend
    assert choose(**{**readable, "base_url": "https://models.example"}).key.value == "sk-test"
    assert choose(**{**readable, "base_url": LOCAL}).key.value == "sk-test"
    monkeypatch.setenv("no_proxy", "models.example")
    assert choose(**readable).key.value == "sk-test"
    monkeypatch.delenv("no_proxy")
    monkeypatch.delenv("MODELS_KEY")
    assert choose(**readable).key is None


# OpenAI's API


OPENAI = {"provider": "openai", "model": "gpt-6-luna"}


def test_openais_key_in_the_environment_goes_to_openai_and_anthropics_never(choose, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant")
    assert choose(**OPENAI).key is None
    monkeypatch.setenv("OPENAI_API_KEY", "sk-open")
    access = choose(**OPENAI)
    assert (access.key.value, access.key.origin) == ("sk-open", "$OPENAI_API_KEY")
    assert (
        "transcripts are sent to OpenAI's API, with the key from $OPENAI_API_KEY"
        in access.describe_provider()
    )
    assert "an hour of speech costs about" in access.describe_provider()


@pytest.mark.parametrize("base_url", [LOCAL, FAR, "http://api.openai.com/v1"])
def test_neither_key_of_the_environment_goes_to_another_server(choose, monkeypatch, base_url):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-open")
    access = choose(**OPENAI, base_url=base_url)
    assert access.key is None
    assert "$OPENAI_API_KEY is not sent there" in access.describe_provider()


def test_openais_key_goes_to_no_server_of_anthropics_api(choose, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-open")
    assert choose(provider="anthropic").key is None


@pytest.mark.parametrize(
    ("config", "value"), [(OPENAI, "for openai"), ({"provider": "anthropic"}, "for anthropic")]
)
def test_each_provider_has_a_credential_of_its_own(choose, monkeypatch, tmp_path, config, value):
    (tmp_path / "anthropic_api_key").write_text("for anthropic")
    (tmp_path / "openai_api_key").write_text("for openai")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert choose(**config).key.value == value


def test_without_openais_library_the_start_says_how_to_get_it(choose, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError) as caught:
        choose(**OPENAI)
    assert caught.value.mend == f"Run: {sys.executable} -m pip install 'transcriptd[openai]'"


def test_a_model_without_a_price_is_said_and_no_budget_is_taken_for_it(choose):
    unpriced = {"provider": "openai", "model": "own", "base_url": LOCAL}
    assert "its price is not known, so no budget can hold" in choose(**unpriced).describe_provider()
    with pytest.raises(ConfigError, match="no price is known for the model own"):
        choose(**unpriced, budget_usd_per_day=1)


def test_openais_own_api_without_a_key_is_held(choose):
    access = choose(**OPENAI)
    with pytest.raises(ServiceError, match="no API key") as caught:
        access.find_processor(access.settings)
    assert "$OPENAI_API_KEY" in caught.value.mend


@pytest.mark.parametrize(("today", "then"), [("openai", "anthropic"), ("anthropic", "openai")])
def test_a_job_that_was_begun_with_another_provider_gets_neither_its_address_nor_its_key(choose, today, then):
    access = choose(provider=today, model="gpt-6-luna", base_url=LOCAL)
    with pytest.raises(ServiceError, match=f"begun with `provider: {then}`") as caught:
        access.find_processor(replace(access.settings, provider=then))
    assert caught.value.of_model


def test_a_job_of_a_model_that_has_no_key_any_more_is_no_fault_of_the_rules_that_are_asked_today(choose):
    access = choose(provider="offline")
    with pytest.raises(ServiceError, match="begun with `provider: anthropic`, and today's is off") as caught:
        access.find_processor(replace(access.settings, provider="anthropic", model="claude-haiku-5-5"))
    assert caught.value.of_model


@pytest.mark.parametrize(
    "config", [OPENAI | {"model": "o3"}, {"provider": "anthropic", "model": "claude-opus-5-5"}]
)
def test_a_model_that_always_thinks_is_refused_at_the_start_where_it_is_told_not_to(choose, config):
    with pytest.raises(ConfigError, match="always thinks"):
        choose(**config, thinking=False)


def test_the_start_names_the_list_price_that_answers_of_another_server_are_counted_by(choose):
    told = choose(provider="openai", model="gpt-6-luna", base_url=LOCAL).describe_provider()
    assert "by the list price of gpt-6-luna, which this server may not have" in told


@pytest.mark.parametrize(
    ("config", "mend"),
    [
        ({"provider": "offline"}, "api-key"),
        ({}, "api-key"),  # no key either: the offline rules
        ({"provider": "openai", "model": "m", "base_url": LOCAL}, "provider: anthropic"),
    ],
)
@pytest.mark.parametrize("where", [{"batch": True}, {"profiles": {"a": {"batch": True}}}])
def test_batches_are_refused_where_nobody_takes_any(choose, config, mend, where):
    with pytest.raises(ConfigError) as refused:
        choose(**config, **where)
    assert "`batch: false`" in refused.value.mend
    assert mend in refused.value.mend


def test_what_can_not_be_done_for_one_folder_alone_is_said_to_be_asked_for_there(choose):
    with pytest.raises(ConfigError, match=r"`profiles`: in `talks/old`: .* write notes"):
        choose(provider="offline", profiles={"talks/old": {"style": "notes"}})


def test_a_sidecar_that_asks_for_batches_where_nobody_takes_any_rejects_its_file_alone(choose):
    access = choose(provider="offline")
    ticket = Ticket.new("talk.txt", 0, datetime.now(UTC), sidecar="batch: true\n")
    with pytest.raises(InputError, match="message batch"):
        access.settings_for(ticket)


def test_requests_go_together_whose_model_and_prompt_are_the_same(choose):
    access = choose(base_url=LOCAL)
    group = access.group_of(access.settings)
    assert access.group_of(replace(access.settings, glossary=("Ann",), output_language="German")) == group
    assert access.group_of(replace(access.settings, prompt="another")) != group
    assert access.group_of(replace(access.settings, model="another")) != group
    assert access.group_of(replace(access.settings, provider="openai")) is None


def test_a_job_that_was_begun_with_a_second_model_goes_in_no_batch_which_could_not_ask_that(choose):
    access = choose(base_url=LOCAL, batch=True)
    assert access.group_of(replace(access.settings, fallback_model="strong")) is None


def test_a_password_in_the_address_is_not_written_down_with_a_batch(choose):
    assert choose(base_url=FAR).address == "https://models.example"


@pytest.mark.parametrize(("key", "value"), [("style", "notes"), ("output_language", "German")])
def test_words_that_stay_and_other_words_are_not_asked_for_at_once(choose, key, value):
    with pytest.raises(ConfigError) as raised:
        choose(base_url=LOCAL, verbatim="strict", **{key: value})
    assert f"`{key}` asks for other words" in raised.value.message
    assert "`verbatim: clean`" in raised.value.mend


def test_each_level_of_verbatim_freezes_its_own_prompt(choose):
    prompts = {
        choose(base_url=LOCAL, verbatim=level).settings.prompt for level in ("strict", "light", "clean")
    }
    assert len(prompts) == 3
