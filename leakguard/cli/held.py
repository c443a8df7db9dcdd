"""`leakguard held`: what is held, why and until when; send, reject or withdraw it. Shows no content on purpose."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable

from leakguard.cli.shared import (
    Office,
    Subcommands,
    actor_of,
    add_act,
    add_config,
    add_format,
    in_office,
    print_json,
    print_table,
)
from leakguard.cli.show import held_json, held_row, show_held
from leakguard.model.ids import HeldId
from leakguard.service.reviewing import Reviewing

_HEADER = ("reference", "received", "from", "copies", "release", "goes")


def add_to(commands: Subcommands) -> None:
    group = commands.add_parser("held", help="held messages")
    below = group.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = below.add_parser("list", help="what is held, and when it goes")
    listing.add_argument("--all", action="store_true", help="also what was sent, rejected or withdrawn")
    add_config(listing)
    add_format(listing)
    listing.set_defaults(run=show_list)
    one = below.add_parser("show", help="one message: who, why, until when")
    one.add_argument("reference")
    add_config(one)
    add_format(one)
    one.set_defaults(run=show_one)
    for name, text in (
        ("send", "let it go now; other embargoes still hold"),
        ("reject", "refuse it for good; the sender is told"),
        ("withdraw", "take it back for its sender"),
    ):
        parser = below.add_parser(name, help=text)
        parser.add_argument("reference")
        parser.add_argument("--to", action="append", default=[], metavar="ADDRESS", help="only this copy; repeatable")
        add_act(parser)
        parser.set_defaults(run=act)


def show_list(chosen: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        now = office.clock.now()
        found = await office.store.listing(include_closed=chosen.all)
        if chosen.format == "json":
            print_json(held_json(each, now) for each in found)
        else:
            print_table([held_row(each, office.book, now) for each in found], _HEADER, "nothing is held")
        return 0

    return in_office(chosen, work)


def show_one(chosen: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        held = await office.store.get(HeldId(chosen.reference))
        if chosen.format == "json":
            print_json([held_json(held, office.clock.now())])
        else:
            print(show_held(held, office.book, office.clock.now()))
        return 0

    return in_office(chosen, work)


def act(chosen: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        held_id = HeldId(chosen.reference)
        await _verb(office.reviewing(actor_of(chosen)), chosen.act)(held_id, chosen.reason, chosen.to)
        print(show_held(await office.store.get(held_id), office.book, office.clock.now()))
        return 0

    return in_office(chosen, work)


def _verb(reviewing: Reviewing, name: str) -> Callable[[HeldId, str, list[str]], Awaitable[object]]:
    return {"send": reviewing.send, "reject": reviewing.reject, "withdraw": reviewing.withdraw}[name]
