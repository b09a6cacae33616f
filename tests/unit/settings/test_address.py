"""Whom an address belongs to, how it is shown, and by which proxy it is reached."""

import pytest

from daemon.errors import ConfigError
from daemon.settings.address import (
    find_proxy,
    is_hosted_api,
    is_on_this_machine,
    read_host,
    refuse_other_api,
    show_address,
    show_server,
    strip_version,
)

HERE = [
    "http://localhost:11434",
    "http://LOCALHOST",
    "http://models.localhost/v1",
    "http://localhost.:8080",
    "http://127.1",
    "http://0x7f000001:8080",
    "http://2130706433",
    "http://127.0.0.1:8080",
    "http://127.9.9.9",
    "http://[::1]:8080",
    "http://[::ffff:127.0.0.1]:8080",
    "http://0.0.0.0:8080",
    "http://me:hidden@localhost",
]
ELSEWHERE = [
    "http://192.168.1.7:11434",
    "http://localhost.example.org",
    "http://127.0.0.1.example.org",
    "http://localhost@example.org",
    "https://api.anthropic.com",
]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("url", HERE)
def test_this_machine_is_known_and_reached_through_no_proxy(url, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    assert is_on_this_machine(url)
    assert find_proxy(url) is None


@pytest.mark.parametrize("url", ELSEWHERE)
def test_another_machine_is_reached_through_the_environments_proxy(url, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "proxy.example:3128")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hidden@proxy.example:3128")
    assert not is_on_this_machine(url)
    assert show_server(find_proxy(url)) == "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("exempt", "url"),
    [
        ("localhost,10.0.0.0/8", "http://10.1.2.3:11434"),
        ("10.1.2.3", "http://10.1.2.3:11434"),
        ("*.corp.example", "https://models.corp.example"),
        ("localhost, *", "https://models.example"),
        ("a.example models.example", "https://models.example"),
        ("fd00::/8", "http://[fd00::5]:8080"),
        ("fd00::5", "http://[fd00::5]:8080"),
        ("[fd00::5]:8080", "http://[fd00::5]:8080"),
        ("models.example", "https://models.example."),
        ("models.example.", "https://models.example"),
        ("models.example:443", "https://models.example"),
        ("https://models.example", "https://models.example"),
    ],
)
def test_an_exemption_holds_in_whichever_way_programs_write_it(exempt, url, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", exempt)
    assert find_proxy(url) is None


@pytest.mark.parametrize(
    "exempt",
    ["10.0.0.0/8", "odels.example", "models.example:8443", "other.example", "10.0.0.0/99", ",;", "[::"],
)
def test_an_exemption_of_others_leaves_the_proxy(exempt, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", " http://proxy.example:3128 ")
    monkeypatch.setenv("NO_PROXY", exempt)
    assert find_proxy("https://models.example") == "http://proxy.example:3128"


@pytest.mark.parametrize("exempt", ["models.example", ".example", "*", "models.example:8080"])
def test_a_host_that_the_environment_exempts_is_reached_directly(exempt, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", exempt)
    assert find_proxy("http://models.example:8080") is None


@pytest.mark.parametrize(
    "url",
    [None, "https://api.anthropic.com", "https://API.anthropic.com:443/v1/", "https://me@api.anthropic.com"],
)
def test_anthropics_own_api_is_known_however_it_is_written(url):
    assert is_hosted_api(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.anthropic.com",
        "https://api.anthropic.com:8443",
        "https://api.anthropic.com.example.org",
        "https://api.anthropic.com@example.org",
        "https://example.org/api.anthropic.com",
        "https://api.anthropic.com:port",
    ],
)
def test_what_only_looks_like_it_is_not(url):
    assert not is_hosted_api(url)


def test_an_address_is_shown_without_name_password_and_query():
    assert show_address("http://me:hidden@[::1]:8080/v1/?key=hidden#hidden") == "http://[::1]:8080/v1"
    assert show_server("https://me:hidden@example.org/hidden") == "https://example.org"
    assert "hidden" not in show_address("http://me:hidden@[bad")


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://[me",
        "http://localhost:port",
        "http://h:0",
        "http://localhost\\\\@example.org/",
        "http://localhost/a b",
        "http://localhost\0:1",
        "http://models..example",
        "http://.example",
        f"http://{'m' * 64}.example",
    ],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ConfigError, match="`base_url` is not an address"):
        read_host(url)


@pytest.mark.parametrize("rest", ["?api-key=hidden", "/v1?key=hidden", "/#hidden"])
def test_what_goes_on_after_the_path_is_refused_and_not_shown(rest):
    with pytest.raises(ConfigError, match="Leave that part off") as caught:
        read_host(f"http://localhost:8080{rest}")
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("rest", ["", "/", "/v1", "/v1/", "/v1/messages", "/v1/messages/"])
def test_the_path_of_each_request_is_left_off_where_somebody_has_copied_it(rest):
    assert strip_version(f"http://localhost:8080/proxy{rest}") == "http://localhost:8080/proxy"


@pytest.mark.parametrize(
    ("path", "provider", "other"),
    [("/v1/chat/completions", "anthropic", "openai"), ("/v1/messages", "openai", "anthropic")],
)
def test_the_path_of_another_api_is_refused_with_the_provider_that_speaks_it(path, provider, other):
    refuse_other_api(f"http://localhost{path}", other)
    with pytest.raises(ConfigError, match=f"provider: {other}"):
        refuse_other_api(f"http://localhost{path}", provider)
