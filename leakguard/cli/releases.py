"""`leakguard releases`: the calendar as it stands; postpone, cancel, confirm. Acts count within a second everywhere."""

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
from leakguard.cli.show import lift_text
from leakguard.model.embargo import Release
from leakguard.model.errors import Refused
from leakguard.notation.times import BadTime, instant

_HEADER = ("release", "title", "phase", "lifts")


def add_to(commands: Subcommands) -> None:
    group = commands.add_parser("releases", help="releases and their embargoes")
    below = group.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = below.add_parser("list", help="every release, its phase and its lift")
    add_config(listing)
    add_format(listing)
    listing.set_defaults(run=show_list)
    for name, text in (
        ("postpone", "put a release off; held mail waits with it"),
        ("cancel", "call a release off; it stays embargoed"),
        ("confirm", "say that it is published; lifts it, never before its own instant"),
    ):
        parser = below.add_parser(name, help=text)
        parser.add_argument("release")
        if name == "postpone":
            parser.add_argument("--until", metavar="TIME", help="new local time like 2031-03-20T09:30; else unknown")
        add_act(parser)
        parser.set_defaults(run=act)


def show_list(chosen: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        now = office.clock.now()
        found = sorted(office.book.releases.values(), key=lambda each: (each.release_at, each.id))
        if chosen.format == "json":
            print_json(_as_json(each, now) for each in found)
        else:
            rows = [[each.id, each.title, each.phase(now).value, lift_text(each, now)] for each in found]
            print_table(rows, _HEADER, "there is no release in the calendar")
        return 0

    return in_office(chosen, work)


def _as_json(release: Release, now: datetime) -> dict[str, object]:
    lift_at = release.lift_at()
    return {
        "id": release.id,
        "title": release.title,
        "series": release.series,
        "phase": release.phase(now).value,
        "status": release.status.value,
        "lift": release.lift.value,
        "release_at": release.release_at.isoformat(),
        "lift_at": lift_at.isoformat() if lift_at else None,
        "pre_release_from": release.pre_release_from.isoformat() if release.pre_release_from else None,
        "confirmed_at": release.confirmed_at.isoformat() if release.confirmed_at else None,
        "zone": release.zone,
    }


def act(chosen: argparse.Namespace) -> int:
    async def work(office: Office) -> int:
        desk = office.desk(actor_of(chosen))
        if chosen.act == "postpone":
            until = _until(chosen, office)
            release = await desk.postpone(chosen.release, chosen.reason, until)
        elif chosen.act == "cancel":
            release = await desk.cancel(chosen.release, chosen.reason)
        else:
            release = await desk.confirm(chosen.release, chosen.reason)
        now = office.clock.now()
        print(f"{release.id} {release.title}: {release.phase(now).value}, lifts {lift_text(release, now)}")
        return 0

    return in_office(chosen, work)


def _until(chosen: argparse.Namespace, office: Office) -> datetime | None:
    if chosen.until is None:
        return None
    release = office.book.releases.get(chosen.release)
    try:
        return instant(chosen.until, release.zone if release else None)
    except BadTime as problem:
        raise Refused(str(problem)) from problem
