"""`leakguard audit`: what happened, in order; no message content is ever in it."""

from __future__ import annotations

import argparse
from typing import Any

from leakguard.cli.shared import Office, Subcommands, add_config, add_format, in_office, print_json, print_table
from leakguard.model.ids import HeldId
from leakguard.service.ports import AuditEntry

_HEADER = ("seq", "at", "event", "actor", "about")
_ABOUT = (
    "held",
    "message",
    "release",
    "releases",
    "sender",
    "recipients",
    "codes",
    "reply",
    "until",
    "reason",
    "handle",
    "change",
    "roles",
    "by",
    "client",
    "token",
    "scopes",
    "everywhere",
    "again",
)


def add_to(commands: Subcommands) -> None:
    group = commands.add_parser("audit", help="the record of what happened")
    below = group.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = below.add_parser("list", help="events in order")
    listing.add_argument("--held", metavar="REFERENCE", help="only about this message")
    listing.add_argument("--after", type=int, default=0, metavar="SEQ", help="only what came later")
    listing.add_argument("--limit", type=int, default=1000)
    add_config(listing)
    add_format(listing)
    listing.set_defaults(run=show_list)


def show_list(chosen: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        held = HeldId(chosen.held) if chosen.held else None
        found = await office.store.audit(after=chosen.after, held=held, limit=chosen.limit)
        if chosen.format == "json":
            print_json(_as_json(each) for each in found)
        else:
            print_table([_row(each) for each in found], _HEADER, "nothing has happened")
        return 0

    return in_office(chosen, work)


def _as_json(entry: AuditEntry) -> dict[str, Any]:
    return {**entry.body, "seq": entry.seq, "event": entry.kind, "at": entry.at.isoformat(), "actor": entry.actor}


def _row(entry: AuditEntry) -> list[str]:
    told = [f"{key}={_short(entry.body[key])}" for key in _ABOUT if entry.body.get(key)]
    return [str(entry.seq), f"{entry.at:%Y-%m-%d %H:%M:%S}Z", entry.kind, entry.actor, " ".join(told)]


def _short(value: object) -> str:
    if isinstance(value, list):
        shown = ",".join(map(str, value[:3]))
        return f"{shown} and {len(value) - 3} more" if len(value) > 3 else shown
    return str(value)
