"""`leakguard slack coverage`: which channels are watched, which are not, and which others see, with their names."""

from __future__ import annotations

import argparse
import asyncio
from importlib.util import find_spec
from typing import TYPE_CHECKING

from leakguard.cli.shared import Subcommands, add_config, add_format, print_json, print_table
from leakguard.model.errors import Refused
from leakguard.settings import config_path, read_settings
from leakguard.slack_settings import SlackSlice

if TYPE_CHECKING:
    from leakguard.channels.slack.coverage import Coverage, Covered

_HEADER = ("channel", "name", "kind", "seen", "members", "shared")


def add_coverage(below: Subcommands) -> None:
    listing = below.add_parser(
        "coverage", help="channels that are watched, those that are not, and those that others see"
    )
    listing.add_argument("--unwatched", action="store_true", help="only those in which the app is not")
    add_config(listing)
    add_format(listing)
    listing.set_defaults(run=show_coverage)


def show_coverage(chosen: argparse.Namespace) -> int:
    settings = read_settings(config_path(chosen.config)).slack
    if settings is None:
        raise Refused("the settings have no `slack`; docs/slack.md says how to set it up")
    if find_spec("slack_bolt") is None:
        raise Refused("slack needs the extra slack: install leakguard[slack]")
    coverage = asyncio.run(_asked(settings))
    shown = [each for each in coverage.channels if not (chosen.unwatched and each.is_member)]
    if chosen.format == "json":
        print_json(_as_json(each) for each in shown)
    else:
        print_table([_row(each) for each in shown], _HEADER, "there is no such channel")
        print(
            "Private channels and direct messages without the app are not listed: Slack names them to nobody outside."
        )
    return 0


async def _asked(settings: SlackSlice) -> Coverage:
    from leakguard import workspace

    return await workspace.coverage(settings)


def _row(channel: Covered) -> list[str]:
    shared = "with others" if channel.is_shared else ""
    return [channel.id, channel.name, channel.kind.value, channel.seen.value, str(channel.heads), shared]


def _as_json(channel: Covered) -> dict[str, object]:
    return {
        "channel": channel.id,
        "name": channel.name,
        "kind": channel.kind.value,
        "seen": channel.seen.value,
        "members": channel.heads,
        "shared": channel.is_shared,
    }
