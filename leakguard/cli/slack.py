"""`leakguard slack`: what an administrator pastes into Slack, the key of the vault, and whether the app is in order."""

from __future__ import annotations

import argparse
import asyncio
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.channels.slack.manifest import Transport, as_yaml, manifest
from leakguard.cli.shared import Subcommands, add_config, add_format, print_json
from leakguard.cli.slack_coverage import add_coverage
from leakguard.model.errors import Refused
from leakguard.service.seal import new_key
from leakguard.settings import Settings, config_path, read_settings
from leakguard.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from leakguard.channels.slack.doctor import Finding, Report

_WORDS = {"good": "ok", "weak": "note", "bad": "WRONG"}


def add_to(commands: Subcommands) -> None:
    group = commands.add_parser("slack", help="the app in Slack")
    below = group.add_subparsers(dest="act", metavar="ACT", required=True)
    making = below.add_parser("manifest", help="the app's manifest, to be pasted into Slack")
    ways = [each.value for each in Transport]
    making.add_argument("--transport", choices=ways, default=Transport.SOCKET.value, help="how events come to us")
    making.add_argument("--origin", metavar="URL", help="of the review pages; else `web.origin` of the settings")
    making.add_argument("--consent", action="store_true", help="people may agree that what they wrote is withdrawn")
    add_config(making)
    making.set_defaults(run=show_manifest)
    doctor = below.add_parser("doctor", help="whether the app is installed as it must be, and what it can do")
    add_config(doctor)
    add_format(doctor)
    doctor.set_defaults(run=examine)
    key = below.add_parser("key", help="make the key under which people's tokens are kept")
    key.add_argument("file", metavar="FILE", help="where to; it must not be there yet")
    key.set_defaults(run=make_key)
    add_coverage(below)


def show_manifest(chosen: argparse.Namespace) -> int:
    transport = Transport(chosen.transport)
    origin = chosen.origin or ""
    if not origin and (transport is Transport.HTTP or chosen.consent):
        origin = _origin_of_settings(chosen)
    print(as_yaml(manifest(transport, origin.rstrip("/"), consent=chosen.consent)), end="")
    return 0


def make_key(chosen: argparse.Namespace) -> int:
    """Readable by its owner alone, from its first instant on."""
    path = Path(chosen.file)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{path} is there already; under another key nobody's token could be read any more") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(new_key() + "\n")
    print(f"{path} is made; name it in the settings as slack.consent.key_file")
    return 0


def examine(chosen: argparse.Namespace) -> int:
    """0 when nothing is wrong, else 1. What is only weaker than it could be is no failure."""
    settings = read_settings(config_path(chosen.config))
    if settings.slack is None:
        raise Refused("the settings have no `slack`; docs/slack.md says how to set it up")
    if find_spec("slack_bolt") is None:
        raise Refused("slack needs the extra slack: install leakguard[slack]")
    path = Path(settings.store)
    report = asyncio.run(_examined(settings, path if settings.slack.consent and path.exists() else None))
    if chosen.format == "json":
        print_json([*map(_as_json, report.findings), _abilities_as_json(report)])
    else:
        _print(report)
    return 0 if report.is_well else 1


async def _examined(settings: Settings, vault: Path | None) -> Report:
    from leakguard import workspace

    agreed = 0
    if vault is not None:
        store = await SqliteStore.open(vault)
        try:
            agreed = await store.vault.agreed("")
        finally:
            await store.close()
    return await workspace.examined(settings, agreed)


def _print(report: Report) -> None:
    for each in report.findings:
        print(f"{_WORDS[each.state]:<6} {each.about}: {each.sentence}")
        if each.remedy:
            print(f"{'':<6} {each.remedy}")
    print()
    print(report.abilities.paragraph)


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "about": finding.about,
        "state": finding.state.value,
        "sentence": finding.sentence,
        "remedy": finding.remedy,
    }


def _abilities_as_json(report: Report) -> dict[str, str]:
    able = report.abilities
    return {
        "about": "abilities",
        "channels": able.channels.value,
        "direct": able.direct.value,
        "connect": able.connect.value,
        "sentence": able.paragraph,
    }


def _origin_of_settings(chosen: argparse.Namespace) -> str:
    web = read_settings(config_path(chosen.config)).web
    if web is None:
        raise Refused("the settings have no `web.origin`; give --origin https://...")
    return web.origin
