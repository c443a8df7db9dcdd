"""`leakguard accounts`: who may sign in to the review pages, and as what. The first administrator comes this way."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from leakguard.cli.shared import (
    Subcommands,
    actor_of,
    add_config,
    add_format,
    print_json,
    print_table,
)
from leakguard.clock import GuardedClock
from leakguard.model.account import Account, Actor, Role
from leakguard.service.account_desk import AccountDesk
from leakguard.settings import config_path, read_settings
from leakguard.store.sqlite import SqliteStore

_HEADER = ("handle", "name", "roles", "password", "code", "signed in", "state")
_LINK = """\
To set the password, open the review pages at this path, once and within 24 hours:

  /welcome#{code}

Whoever has it can set the password: hand it on where nobody else reads."""


def add_to(commands: Subcommands) -> None:
    group = commands.add_parser("accounts", help="accounts of the review pages")
    below = group.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = below.add_parser("list", help="every account with its roles")
    add_config(listing)
    add_format(listing)
    listing.set_defaults(run=show_list)
    create = _act(below, "create", "make an account; prints a one-time path for its password", make)
    _add_roles(create)
    create.add_argument("--name", default="", help="as the pages show it")
    _act(below, "disable", "nobody signs in with it any more, and who is signed in is out", disable)
    _act(below, "enable", "take that back", enable)
    _add_roles(_act(below, "roles", "give it these roles and no others", set_roles))
    _act(below, "reset", "a new one-time path instead of password, codes, sessions and tokens", reset)


def _act(below: Subcommands, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = below.add_parser(name, help=text)
    parser.add_argument("handle", help="e-mail address of the person")
    parser.add_argument("--actor", default=None, help="who acts; your login name if not given")
    add_config(parser)
    parser.set_defaults(run=run)
    return parser


def _add_roles(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role",
        action="append",
        required=True,
        choices=[each.value for each in Role],
        help="what they may do; repeatable",
    )


def show_list(chosen: argparse.Namespace) -> int:
    async def work(desk: AccountDesk) -> int:
        found = await desk.listing()
        if chosen.format == "json":
            print_json(_as_json(each) for each in found)
        else:
            print_table([_row(each) for each in found], _HEADER, "there are no accounts; make one with accounts create")
        return 0

    return _at_desk(chosen, work)


def make(chosen: argparse.Namespace) -> int:
    async def work(desk: AccountDesk) -> int:
        account, code = await desk.create(chosen.handle, chosen.name, _roles(chosen))
        print(f"{account.handle} is made: {_words(account)}")
        print(_LINK.format(code=code))
        return 0

    return _at_desk(chosen, work)


def disable(chosen: argparse.Namespace) -> int:
    async def work(desk: AccountDesk) -> int:
        print(f"{(await desk.disable(chosen.handle)).handle} is disabled")
        return 0

    return _at_desk(chosen, work)


def enable(chosen: argparse.Namespace) -> int:
    async def work(desk: AccountDesk) -> int:
        print(f"{(await desk.enable(chosen.handle)).handle} is enabled")
        return 0

    return _at_desk(chosen, work)


def set_roles(chosen: argparse.Namespace) -> int:
    async def work(desk: AccountDesk) -> int:
        account = await desk.set_roles(chosen.handle, _roles(chosen))
        print(f"{account.handle} is now: {_words(account)}")
        return 0

    return _at_desk(chosen, work)


def reset(chosen: argparse.Namespace) -> int:
    async def work(desk: AccountDesk) -> int:
        account, code = await desk.reset(chosen.handle)
        print(f"{account.handle} is reset")
        print(_LINK.format(code=code))
        return 0

    return _at_desk(chosen, work)


def _at_desk(chosen: argparse.Namespace, work: Callable[[AccountDesk], Awaitable[int]]) -> int:
    """The desk of the console. Rules are not read: a broken rulebook must keep nobody from helping others in."""

    async def run() -> int:
        settings = read_settings(config_path(chosen.config))
        store = await SqliteStore.open(Path(settings.store))
        try:
            actor = Actor(handle=actor_of(chosen) if "actor" in chosen else "", is_console=True)
            return await work(AccountDesk(store=store.accounts, clock=GuardedClock(), actor=actor))
        finally:
            await store.close()

    return asyncio.run(run())


def _roles(chosen: argparse.Namespace) -> frozenset[Role]:
    return frozenset(Role(each) for each in chosen.role)


def _words(account: Account) -> str:
    return ", ".join(each.value for each in Role if each in account.roles)


def _row(account: Account) -> list[str]:
    seen = account.signed_in_at.strftime("%Y-%m-%d %H:%MZ") if account.signed_in_at else "never"
    state = "disabled" if account.is_disabled else "enabled"
    return [
        account.handle,
        account.name or "-",
        _words(account),
        "set" if account.password else "none",
        "asked" if account.totp_secret else "not asked",
        seen,
        state,
    ]


def _as_json(account: Account) -> dict[str, object]:
    return {
        "handle": account.handle,
        "name": account.name,
        "roles": [each.value for each in Role if each in account.roles],
        "has_password": account.password is not None,
        "has_second_factor": account.totp_secret is not None,
        "disabled": account.is_disabled,
        "created_at": account.created_at.isoformat(),
        "signed_in_at": account.signed_in_at.isoformat() if account.signed_in_at else None,
    }
