"""Which proxy stands between this computer and a server."""

from __future__ import annotations

import ipaddress
import os
from contextlib import suppress
from dataclasses import dataclass
from urllib.request import getproxies, proxy_bypass

import httpx


@dataclass(frozen=True, slots=True)
class ProxyChoice:
    """A proxy and who chose it. ``name`` is fit to be shown: it has no credentials."""

    proxy: httpx.Proxy
    name: str


def proxy_for(origin: httpx.URL) -> ProxyChoice | None:
    """The proxy that the environment has for ``origin``; never one for this machine itself.

    Raises:
        httpx.ProxyError: there is one that cannot be used.
    """
    if is_loopback(origin.host) or proxy_bypass(origin.host):
        return None
    proxies = getproxies()
    kind = next((kind for kind in (origin.scheme, "all") if proxies.get(kind)), "")
    if not kind:
        return None
    url = proxies[kind] if "://" in proxies[kind] else f"http://{proxies[kind]}"
    try:
        host = httpx.URL(url).netloc.decode() or "without a host"
        name = f"the proxy {host} (set in {_origin_of(kind)})"
        if url.lower().startswith("http://"):
            return ProxyChoice(httpx.Proxy(url), name)
    except (httpx.InvalidURL, ValueError):  # not repeated: it may hold a password
        raise httpx.ProxyError(f"the address in {_origin_of(kind)} cannot be read") from None
    raise httpx.ProxyError(f"{name} cannot be used, as its address does not begin with http://")


def is_loopback(host: str) -> bool:
    """Whether ``host`` (without brackets) is this machine by its very name."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host.lower().rstrip(".") == "localhost"


def _origin_of(kind: str) -> str:
    """The variable that names the proxy; on some systems the desktop's settings can as well."""
    names = (name for name in (f"{kind}_proxy", f"{kind}_PROXY".upper()) if os.environ.get(name))
    return next(names, "the system's settings")
