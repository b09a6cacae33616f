"""The address of a model's service: whom it belongs to, how it is shown, and by which proxy it is reached.

Pure but for `find_proxy`, which looks at the environment; nothing here needs a client library.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
from urllib.parse import SplitResult, urlsplit

from daemon.errors import ConfigError

API = "https://api.anthropic.com"
OPENAI_API = "https://api.openai.com/v1"
"""The address of each provider's own API: what is sent there needs a key and costs money."""

HOSTED_APIS = {"anthropic": API, "openai": OPENAI_API}
_CHAT_PATH = "/chat/completions"
MESSAGES_PATH = "/v1/messages"
_HTTPS_PORT = 443
_PORTS = {"http": 80, "https": _HTTPS_PORT}
_SEPARATOR = re.compile(r"[\s,;]+")
_LONGEST_LABEL = 63  # characters


def strip_version(base_url: str) -> str:
    """An address below which Anthropic's API lies: without the /v1, or /v1/messages, that may end it."""
    return base_url.strip().rstrip("/").removesuffix(find_version(base_url)).rstrip("/")


def find_version(base_url: str) -> str:
    """What `strip_version` leaves off at the end of an address; "" for nothing."""
    address = base_url.strip().rstrip("/")
    return next((path for path in (MESSAGES_PATH, "/v1") if address.endswith(path)), "")


def add_version(base_url: str) -> str:
    """An address below which OpenAI's API lies: services have their own paths; /v1 where none is named."""
    address = base_url.strip().rstrip("/").removesuffix(_CHAT_PATH).rstrip("/")
    parts = _split_address(address)
    return f"{address}/v1" if parts is not None and not parts.path else address


def is_hosted_api(base_url: str | None, provider: str = "anthropic") -> bool:
    """Whether this is the provider's own API, however it is written; None stands for it."""
    if base_url is None:
        return True
    try:
        parts = urlsplit(base_url.strip())
        port = parts.port
    except ValueError:
        return False
    host = urlsplit(HOSTED_APIS[provider]).hostname
    return (parts.scheme, parts.hostname) == ("https", host) and port in (None, _HTTPS_PORT)


def read_host(base_url: str) -> str:
    """The name to call a service by: never more of the address, which may hold a password.

    Raises ConfigError for what is not an address, and for one below which no API can lie.
    """
    parts = _split_address(base_url)
    host = (parts.hostname if parts is not None else None) or ""
    if parts is None or not _is_host(host) or parts.port == 0 or _has_stray_character(base_url):
        raise ConfigError("`base_url` is not an address.", "Write it like http://localhost:11434.")
    if "?" in base_url or "#" in base_url:
        raise ConfigError(
            "`base_url` goes on with a `?` or a `#`, and the path of each request would come after that.",
            "Leave that part off; a key goes into the file that `api_key_file` names.",
        )
    return host


def refuse_other_api(base_url: str, provider: str) -> None:
    """Raise ConfigError where an address ends with the path of another provider's requests."""
    address = base_url.strip().rstrip("/")
    for other, path in (("openai", _CHAT_PATH), ("anthropic", MESSAGES_PATH)):
        if address.endswith(path) and provider != other:
            raise ConfigError(
                f"`base_url` ends with {path}, which `provider: {provider}` does not speak.",
                f"Set `provider: {other}`, or leave that part off.",
            )


def _is_host(host: str) -> bool:
    """Whether a host can have this name: one of which a part is empty or too long can't even be looked up."""
    return all(0 < len(label) <= _LONGEST_LABEL for label in host.removesuffix(".").split("."))


def _has_stray_character(base_url: str) -> bool:
    """Whether an address has a character that no address may have: programs differ in where it leads."""
    return any(char == "\\" or char.isspace() or not char.isprintable() for char in base_url.strip())


def show_address(url: str) -> str:
    """Scheme, host, port and path of an address: without a user's name, a password and what is asked for."""
    parts = _split_address(url)
    path = parts.path.rstrip("/") if parts is not None and parts.hostname else ""
    return f"{show_server(url)}{path}"


def show_server(url: str) -> str:
    """Scheme, host and port of an address, and nothing else of it."""
    parts = _split_address(url)
    if parts is None or not parts.hostname:
        return "an address that can't be read"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = f":{parts.port}" if parts.port is not None else ""
    return f"{parts.scheme}://{host}{port}"


def is_on_this_machine(url: str) -> bool:
    """Whether an address leads to this machine itself: localhost, or a loopback address."""
    parts = _split_address(url)
    host = (parts.hostname or "") if parts is not None else ""
    host = host.removesuffix(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(_spell_out(host))
    except ValueError:
        return False
    inner = getattr(address, "ipv4_mapped", None) or address
    return bool(inner.is_loopback or inner.is_unspecified)


def _spell_out(host: str) -> str:
    """A host as four numbers where the system takes it for such: 127.1, 0x7f000001, 2130706433."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError, ValueError):
        return host


def find_proxy(url: str) -> str | None:
    """The proxy that the environment names for an address, None where it is reached directly.

    This machine itself always is: its own servers are no proxy's business. The proxy may hold a password.
    """
    from urllib.request import getproxies, proxy_bypass  # here: a start needs no client for HTTP

    parts = _split_address(url)
    if parts is None or not parts.hostname or is_on_this_machine(url):
        return None
    proxies = getproxies()
    proxy = (proxies.get(parts.scheme) or proxies.get("all") or "").strip()
    if not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    if any(_exempts(entry, parts) for entry in _SEPARATOR.split(proxies.get("no") or "")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _exempts(entry: str, parts: SplitResult) -> bool:
    """Whether an entry of NO_PROXY, in one of the ways in which programs write them, is for an address.

    Such are `*`, `*.example.com`, `10.0.0.0/8`, `[fd00::1]:8080`, `example.com:443`.
    """
    entry = entry.lower().rpartition("://")[2]
    host = (parts.hostname or "").removesuffix(".")
    with contextlib.suppress(ValueError):
        network = ipaddress.ip_network(entry, strict=False)
        return ipaddress.ip_address(_spell_out(host)) in network
    named = _split_address(f"//{entry}")
    if named is None or not named.hostname:
        return False
    if named.port not in (None, parts.port or _PORTS.get(parts.scheme)):
        return False
    name = named.hostname.removesuffix(".").removeprefix("*").removeprefix(".")
    return not name or host == name or host.endswith(f".{name}")


def _split_address(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port  # raises ValueError for a port that is not a number
    except ValueError:
        return None
    return parts
