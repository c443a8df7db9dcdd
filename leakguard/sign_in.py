"""Accounts and entrances as the settings want them: a part of app, beside it for its size."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import timedelta
from importlib.util import find_spec

from leakguard.model.account import Role, SessionTimes
from leakguard.model.errors import Refused
from leakguard.service.accounts import Accounts
from leakguard.service.passwords import Argon2Passwords
from leakguard.service.ports import Clock, Store
from leakguard.service.throttle import Throttle
from leakguard.sign_in_settings import OidcSlice, ProxySlice, SignInSlice, secret_in
from leakguard.web.entrances import Entrances, ProxyTrust
from leakguard.web.oidc import OpenIdConnect

_SHORTEST_CLIENT_SECRET = 16


def accounts(slice_: SignInSlice, store: Store, clock: Clock) -> Accounts:
    return Accounts(
        store=store.accounts,
        clock=clock,
        passwords=Argon2Passwords(),
        throttle=Throttle(clock.seconds),
        times=SessionTimes(idle=timedelta(minutes=slice_.idle_minutes), in_all=timedelta(hours=slice_.session_hours)),
        is_local=slice_.local,
    )


def entrances(slice_: SignInSlice, origin: str, clock: Clock) -> Entrances:
    """Raises Refused when a secret is missing or short, or the extra is not installed."""
    if slice_.proxy is not None:
        return Entrances(proxy=_proxy(slice_.proxy))
    if slice_.oidc is not None:
        return Entrances(oidc=_oidc(slice_.oidc, origin, clock), role_map=_roles(slice_.oidc.role_map))
    return Entrances()


def _proxy(slice_: ProxySlice) -> ProxyTrust:
    return ProxyTrust(
        networks=tuple(ipaddress.ip_network(each) for each in slice_.networks),
        secret=secret_in(slice_.secret_file),
        secret_header=slice_.secret_header,
        handle_header=slice_.handle_header,
        name_header=slice_.name_header,
        roles_header=slice_.roles_header,
        role_map=_roles(slice_.role_map),
    )


def _oidc(slice_: OidcSlice, origin: str, clock: Clock) -> OpenIdConnect:
    if find_spec("authlib") is None or find_spec("httpx") is None:
        raise Refused("web.sign_in.oidc needs the extra oidc: install leakguard[oidc]")
    return OpenIdConnect(
        issuer=slice_.issuer,
        client_id=slice_.client_id,
        client_secret=secret_in(slice_.client_secret_file, _SHORTEST_CLIENT_SECRET),
        back=f"{origin}/sign-in/oidc/back",
        clock=clock,
        handle_claim=slice_.handle_claim,
        roles_claim=slice_.roles_claim,
    )


def _roles(role_map: Mapping[str, str]) -> dict[str, Role]:
    return {said: Role(role) for said, role in role_map.items()}
