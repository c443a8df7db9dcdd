"""`leakguard access`: who has access to what, since when and why; suspend it at once."""

from __future__ import annotations

import argparse
from datetime import datetime

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
from leakguard.model.embargo import Book, Grant
from leakguard.model.time_text import full_time
from leakguard.policy import lacks_access, opening

_HEADER = ("release", "person", "handles", "basis", "from", "now")


def add_to(commands: Subcommands) -> None:
    group = commands.add_parser("access", help="early access of people")
    below = group.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = below.add_parser("list", help="every grant and whether it counts now")
    listing.add_argument("--release", metavar="ID")
    add_config(listing)
    add_format(listing)
    listing.set_defaults(run=show_list)
    suspend = below.add_parser("suspend", help="take early access from a person at once")
    suspend.add_argument("handle", help="an address of the person")
    suspend.add_argument("--release", metavar="ID", help="this release only; else all that are not public yet")
    add_act(suspend)
    suspend.set_defaults(run=act)


def show_list(chosen: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        now = office.clock.now()
        grants = [
            grant
            for (_, release), found in sorted(office.book.grants.items(), key=lambda item: item[0][::-1])
            for grant in found
            if chosen.release in (None, release)
        ]
        if chosen.format == "json":
            print_json(_as_json(each, office.book, now) for each in grants)
        else:
            print_table([_row(each, office.book, now) for each in grants], _HEADER, "nobody has early access")
        return 0

    return in_office(chosen, work)


def _row(grant: Grant, book: Book, now: datetime) -> list[str]:
    release, person = book.releases[grant.release], book.people[grant.person]
    opens_at = opening(grant, release)
    since = full_time(opens_at, release.zone) if opens_at else "the beginning"
    state = _state(grant, book, now)
    return [release.id, person.role or person.id, ", ".join(person.handles), grant.basis.value, since, state]


def _state(grant: Grant, book: Book, now: datetime) -> str:
    release = book.releases[grant.release]
    if release.is_public(now):
        return "public"
    lacks = lacks_access(book.people[grant.person].handles[0], release, book, now)
    return "has access" if lacks is None else lacks.value.replace("recipient_", "").replace("_", " ")


def _as_json(grant: Grant, book: Book, now: datetime) -> dict[str, object]:
    person = book.people[grant.person]
    opens_at = opening(grant, book.releases[grant.release])
    return {
        "release": grant.release,
        "person": grant.person,
        "role": person.role,
        "organisation": person.organisation,
        "handles": list(person.handles),
        "basis": grant.basis.value,
        "from": opens_at.isoformat() if opens_at else None,
        "until": grant.until_at.isoformat() if grant.until_at else None,
        "declaration_signed": grant.declaration_signed_at.isoformat() if grant.declaration_signed_at else None,
        "justification": grant.justification,
        "granted_by": grant.granted_by,
        "suspended": grant.suspended,
        "state": _state(grant, book, now),
    }


def act(chosen: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        releases = await office.desk(actor_of(chosen)).suspend(chosen.handle, chosen.reason, chosen.release)
        print(f"access of {chosen.handle} is suspended for {', '.join(releases)}")
        return 0

    return in_office(chosen, work)
