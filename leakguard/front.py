"""Builds the review pages from the settings: the queue, who is at the door, and the server. A page of constructors."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from leakguard.model.account import Role, SessionTimes
from leakguard.service.accounts import Accounts
from leakguard.service.current import Current
from leakguard.service.measures import Measures
from leakguard.service.notices import Notices
from leakguard.service.passwords import Argon2Passwords
from leakguard.service.ports import Clock, Store
from leakguard.service.queue import Queue
from leakguard.service.throttle import Throttle
from leakguard.settings import WebSlice
from leakguard.sign_in_settings import OidcSlice, ProxySlice, SignInSlice, secret_in
from leakguard.web import House, site
from leakguard.web.doorkeeper import SessionDoorkeeper
from leakguard.web.entrances import Entrances, ProxyTrust
from leakguard.web.oidc import OpenIdConnect
from leakguard.web.server import WebServer, WebSettings

_SHORTEST_OIDC_SECRET = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What the pages share with the doors of the same process. poke: something was decided; look at once."""

    store: Store
    current: Current
    clock: Clock
    notices: Notices
    measures: Measures
    poke: Callable[[], None]


def pages(slice_: WebSlice, behind: Behind) -> WebServer:
    """The server, not yet started. Raises Refused when a secret cannot be read."""
    is_https = slice_.origin.startswith("https://")
    accounts = Accounts(
        store=behind.store.accounts,
        clock=behind.clock,
        passwords=Argon2Passwords(),
        throttle=Throttle(behind.clock.seconds),
        times=_times(slice_.sign_in),
        is_local=slice_.sign_in.local,
    )
    entrances = _entrances(slice_.sign_in, slice_.origin, behind.clock)
    house = House(
        current=behind.current,
        store=behind.store,
        clock=behind.clock,
        notices=behind.notices,
        measures=behind.measures,
        queue=Queue(store=behind.store, clock=behind.clock),
        doorkeeper=SessionDoorkeeper(accounts=accounts, entrances=entrances, is_https=is_https),
        accounts=accounts,
        entrances=entrances,
        origin=slice_.origin,
        organisation=slice_.organisation,
        zone=slice_.zone,
        poke=behind.poke,
    )
    return WebServer(
        site(house),
        WebSettings(host=slice_.host, port=slice_.port, cert=slice_.tls_cert or "", key=slice_.tls_key or ""),
    )


def _times(slice_: SignInSlice) -> SessionTimes:
    return SessionTimes(idle=timedelta(minutes=slice_.idle_minutes), in_all=timedelta(hours=slice_.session_hours))


def _entrances(slice_: SignInSlice, origin: str, clock: Clock) -> Entrances:
    other = slice_.oidc or slice_.proxy
    named = other.role_map if other is not None else {}
    return Entrances(
        proxy=_proxy(slice_.proxy) if slice_.proxy else None,
        oidc=_oidc(slice_.oidc, origin, clock) if slice_.oidc else None,
        role_map={group: Role(role) for group, role in named.items()},
    )


def _proxy(slice_: ProxySlice) -> ProxyTrust:
    return ProxyTrust(
        networks=tuple(ipaddress.ip_network(each) for each in slice_.networks),
        secret=secret_in(slice_.secret_file),
        secret_header=slice_.secret_header,
        handle_header=slice_.handle_header,
        name_header=slice_.name_header,
        roles_header=slice_.roles_header,
        role_map={group: Role(role) for group, role in slice_.role_map.items()},
    )


def _oidc(slice_: OidcSlice, origin: str, clock: Clock) -> OpenIdConnect:
    return OpenIdConnect(
        issuer=slice_.issuer,
        client_id=slice_.client_id,
        client_secret=secret_in(slice_.client_secret_file, _SHORTEST_OIDC_SECRET),
        back=f"{origin}/sign-in/oidc/back",
        clock=clock,
        handle_claim=slice_.handle_claim,
        roles_claim=slice_.roles_claim,
    )
