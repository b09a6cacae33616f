"""What in the environment keeps a connection from being prepared, told by its name and its value.

The libraries read these variables and raise whatever comes of it, without a word of where it stood.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from daemon.errors import say_error
from daemon.settings.address import find_proxy, show_server
from daemon.system.file_names import shown


def explain_unprepared(error: Exception, base_url: str) -> str:
    """Why no connection to an address can be prepared, with the setting at fault where one is found."""
    if _is_openssl_broken():
        return (
            "OpenSSL does not work in this process; it may have been loaded with too little memory: restart"
        )
    for name, use in _FILES.items():
        if (path := os.environ.get(name)) and (why := _find_obstacle(use, path)) is not None:
            return f"${name} names {shown(path)}: {why}"
    if (proxy := find_proxy(base_url)) is not None:
        return f"the environment names the proxy {show_server(proxy)}: {_explain_proxy(error, proxy)}"
    return say_error(error)


def _is_openssl_broken() -> bool:
    """Whether not even an empty context can be made: what fails as OpenSSL is loaded is not tried again."""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    except ssl.SSLError:
        return True
    return False


def _read_certificates(path: str) -> None:
    import ssl

    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)


def _append_nothing(path: str) -> None:
    with open(path, "ab"):
        pass


_FILES: Mapping[str, Callable[[str], None]] = {
    "SSL_CERT_FILE": _read_certificates,
    "SSLKEYLOGFILE": _append_nothing,
}


def _find_obstacle(use: Callable[[str], None], path: str) -> str | None:
    """Why a file can't be used as it is to be, None where it can."""
    import ssl  # not above: a start that asks no model need not load it

    try:
        use(path)
    except ssl.SSLError:
        return "it holds no certificates that can be read"
    except OSError as error:
        return error.strerror or say_error(error)
    return None


def _explain_proxy(error: Exception, proxy: str) -> str:
    if isinstance(error, ImportError) and proxy.startswith("socks"):
        return "proxies of this kind take a part that is not installed: pip install 'httpx2[socks]'"
    return "that is not a proxy that can be used"
