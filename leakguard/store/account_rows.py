"""Accounts, sessions, tokens and links as rows of the tables in sql/, and back."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from leakguard.model.account import Account, ApiToken, Link, Role, Scope, Session, SignedInBy
from leakguard.model.errors import StoreUnavailable
from leakguard.store.codec import column, text_of, time_of, time_or_none, time_text
from leakguard.store.rows import Row, Values

E = TypeVar("E", bound=StrEnum)


def account_values(account: Account) -> Values:
    return {
        "handle": column(account.handle),
        "name": column(account.name),
        "roles": _words(account.roles),
        "password": account.password,
        "totp_secret": account.totp_secret,
        "totp_step": account.totp_step,
        "is_disabled": int(account.is_disabled),
        "created_at": time_text(account.created_at),
        "signed_in_at": time_or_none(account.signed_in_at),
        "revision": account.revision,
    }


def account_of(row: Row) -> Account:
    handle, name, roles, password, totp_secret, totp_step, is_disabled, created_at, signed_in_at, revision = row
    return Account(
        handle=text_of(handle),
        name=text_of(name),
        roles=_members(Role, roles),
        password=password,
        totp_secret=totp_secret,
        totp_step=totp_step,
        is_disabled=bool(is_disabled),
        created_at=time_of(created_at),
        signed_in_at=None if signed_in_at is None else time_of(signed_in_at),
        revision=revision,
    )


def session_values(session: Session) -> Values:
    return {
        "digest": session.digest,
        "handle": column(session.handle),
        "csrf": session.csrf,
        "created_at": time_text(session.created_at),
        "seen_at": time_text(session.seen_at),
        "signed_in_at": time_text(session.signed_in_at),
        "signed_in_by": session.signed_in_by.value,
        "client": column(session.client),
    }


def session_of(row: Row) -> Session:
    digest, handle, csrf, created_at, seen_at, signed_in_at, signed_in_by, client = row
    return Session(
        digest=digest,
        handle=text_of(handle),
        csrf=csrf,
        created_at=time_of(created_at),
        seen_at=time_of(seen_at),
        signed_in_at=time_of(signed_in_at),
        signed_in_by=_member(SignedInBy, signed_in_by),
        client=text_of(client),
    )


def token_values(token: ApiToken) -> Values:
    return {
        "digest": token.digest,
        "handle": column(token.handle),
        "name": column(token.name),
        "scopes": _words(token.scopes),
        "created_at": time_text(token.created_at),
        "expires_at": time_text(token.expires_at),
    }


def token_of(row: Row) -> ApiToken:
    digest, handle, name, scopes, created_at, expires_at = row
    return ApiToken(
        digest=digest,
        handle=text_of(handle),
        name=text_of(name),
        scopes=_members(Scope, scopes),
        created_at=time_of(created_at),
        expires_at=time_of(expires_at),
    )


def link_values(link: Link) -> Values:
    return {"digest": link.digest, "handle": column(link.handle), "expires_at": time_text(link.expires_at)}


def link_of(row: Row) -> Link:
    digest, handle, expires_at = row
    return Link(digest=digest, handle=text_of(handle), expires_at=time_of(expires_at))


def _words(members: Iterable[StrEnum]) -> str:
    return " ".join(sorted(each.value for each in members))


def _members(kind: type[E], words: str) -> frozenset[E]:
    return frozenset(_member(kind, each) for each in words.split())


def _member(kind: type[E], word: str) -> E:
    if word not in set(kind):
        raise StoreUnavailable("a stored account cannot be read by this version of LeakGuard")
    return kind(word)
