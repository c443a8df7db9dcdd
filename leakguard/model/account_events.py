"""What happened to accounts and sessions. No password, code or token is in it, tried or true.

client: the address that a request came from.
"""

from __future__ import annotations

from dataclasses import dataclass

from leakguard.model.account import Role, Scope, SignedInBy
from leakguard.model.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    """again: in a session that was there, before a sensitive act."""

    by: SignedInBy
    client: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(Event):
    """handle: empty when there is no such account, because people type passwords into the wrong field."""

    handle: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Event):
    everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCreated(Event):
    handle: str
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Event):
    """change: disabled, enabled, roles, reset, password, second_factor_on or second_factor_off. roles: as they are."""

    handle: str
    change: str
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMade(Event):
    handle: str
    token: str  # its id
    scopes: tuple[Scope, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Event):
    handle: str
    token: str
