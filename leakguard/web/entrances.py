"""Ways in besides passwords: who a reverse proxy or an issuer of OpenID Connect says that somebody is.

Rule of this file: a statement counts only from where it may come and with its secret; anything like it is refused.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from starlette.requests import Request

from leakguard.model.account import Role
from leakguard.model.errors import Forbidden
from leakguard.web.oidc import OpenIdConnect

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """roles: None when the other service says nothing about them."""

    handle: str
    name: str = ""
    roles: frozenset[Role] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyTrust:
    networks: tuple[Network, ...]
    secret: str = field(repr=False)
    secret_header: str
    handle_header: str
    name_header: str | None = None
    roles_header: str | None = None
    role_map: Mapping[str, Role] = field(default_factory=dict)

    def vouched(self, request: Request) -> Vouched | None:
        """Who the proxy says this is; None when nobody says anything. Raises Forbidden for a statement of others."""
        if not any(name in request.headers for name in self._names()):
            return None
        if not self.is_proxy(request) or any(len(request.headers.getlist(name)) > 1 for name in self._names()):
            raise Forbidden("this request says who you are, and may not")
        handle = request.headers.get(self.handle_header, "").strip()
        if "@" not in handle:
            return None
        name = request.headers.get(self.name_header, "") if self.name_header else ""
        return Vouched(handle=handle, name=shown(name), roles=self._roles(request))

    def is_proxy(self, request: Request) -> bool:
        """Both: the connection comes from there, and the secret is right."""
        given = request.headers.get(self.secret_header, "")
        is_right = hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self.secret.encode())
        return is_right and is_within(request.client.host if request.client else "", self.networks)

    def _names(self) -> tuple[str, ...]:
        names = self.secret_header, self.handle_header, self.name_header, self.roles_header
        return tuple(each for each in names if each)

    def _roles(self, request: Request) -> frozenset[Role] | None:
        if self.roles_header is None:
            return None
        said = request.headers.get(self.roles_header, "").split(",")
        return mapped((each.strip() for each in said), self.role_map)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrances:
    """role_map: group to role, for whichever of them says groups."""

    proxy: ProxyTrust | None = None
    oidc: OpenIdConnect | None = None
    role_map: Mapping[str, Role] = field(default_factory=dict)


def mapped(said: Iterable[str], role_map: Mapping[str, Role]) -> frozenset[Role]:
    """What another service's groups are here; those that are not in the map are nothing."""
    return frozenset(role_map[each] for each in said if each in role_map)


def is_within(host: str, networks: Iterable[Network]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in networks)


def client_of(request: Request, proxy: ProxyTrust | None) -> str:
    """The address that tries are counted by: behind the proxy, the last one that it wrote down."""
    host = request.client.host if request.client else ""
    if proxy is None or not proxy.is_proxy(request):
        return host
    return request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()[:64] or host


def shown(name: str) -> str:
    return "".join(each for each in " ".join(name.split()) if each.isprintable())[:100]
