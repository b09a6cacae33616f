"""Who cleans, and where: what today's config says."""

import pytest

from daemon.costs.ledger import Ledger
from daemon.loop import provider
from daemon.settings.address import API
from daemon.settings.config import load


@pytest.mark.parametrize("base_url", [None, "http://localhost:11434"])
def test_text_goes_where_the_config_says_whatever_address_the_environment_names(
    make_root, monkeypatch, base_url
):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    made = []
    monkeypatch.setattr(provider, "LLMProcessor", lambda *_, **more: made.append(more["base_url"]))
    root = make_root(base_url=base_url)
    access = provider.Access(load(str(root.path / "config.yaml")), Ledger(str(root.state / "ledger.csv")))
    access.processor(access.settings)
    assert made == [base_url or API]


@pytest.fixture
def choose(make_root):
    """Today's access under a config; a key file has the key sk-file."""

    def choose(**config):
        root = make_root(**config)
        return provider.Access(load(str(root.path / "config.yaml")), Ledger(str(root.state / "ledger.csv")))

    return choose


LOCAL, FAR = "http://localhost:11434", "https://me:hidden@models.example"


@pytest.mark.parametrize("base_url", [LOCAL, FAR, "http://api.anthropic.com"])
def test_anthropics_key_in_the_environment_goes_to_no_other_server_and_that_is_said(
    choose, monkeypatch, base_url
):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    access = choose(base_url=base_url)
    assert access.key is None
    assert "without a key" in access.describe()
    assert "$ANTHROPIC_API_KEY is not sent there" in access.describe()


@pytest.mark.parametrize("base_url", [None, "https://api.anthropic.com/v1"])
def test_anthropics_key_in_the_environment_goes_to_anthropic(choose, monkeypatch, base_url):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    access = choose(base_url=base_url)
    assert access.key.value == "sk-test"
    assert "is not sent" not in access.describe()


@pytest.mark.parametrize("variable", ["ANTHROPIC_API_KEY", "PROXY_KEY"])
def test_a_variable_that_the_config_names_goes_to_the_server_it_names(choose, monkeypatch, variable):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    monkeypatch.setenv("PROXY_KEY", "sk-proxy")
    access = choose(base_url=FAR, api_key_env=variable)
    assert access.key.origin == f"${variable}"
    assert "is not sent" not in access.describe()


def test_the_key_file_is_for_the_server_that_the_config_names(make_root, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    root = make_root(base_url=FAR)
    (root.path / ".api-key").write_text("sk-file")
    (root.path / ".api-key").chmod(0o600)
    access = provider.Access(load(str(root.path / "config.yaml")), Ledger(str(root.state / "ledger.csv")))
    assert access.key.value == "sk-file"


def test_the_start_names_server_and_proxy_and_no_password(choose, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    said = choose(base_url=FAR).describe()
    assert "https://models.example through the proxy http://proxy.example:3128" in said
    assert "hidden" not in said
    assert "secret" not in said
