"""`leakguard slack`: what an administrator pastes into Slack."""

from __future__ import annotations

import argparse

from leakguard.channels.slack.manifest import Transport, as_yaml, manifest
from leakguard.cli.shared import Subcommands, add_config
from leakguard.model.errors import Refused
from leakguard.settings import config_path, read_settings


def add_to(commands: Subcommands) -> None:
    group = commands.add_parser("slack", help="the app in Slack")
    below = group.add_subparsers(dest="act", metavar="ACT", required=True)
    making = below.add_parser("manifest", help="the app's manifest, to be pasted into Slack")
    making.add_argument(
        "--transport",
        choices=[each.value for each in Transport],
        default=Transport.SOCKET.value,
        help="how events come",
    )
    making.add_argument(
        "--origin", metavar="URL", help="of the review pages; `web.origin` of the settings if not given"
    )
    making.add_argument("--consent", action="store_true", help="people may agree that what they wrote is withdrawn")
    add_config(making)
    making.set_defaults(run=show_manifest)


def show_manifest(chosen: argparse.Namespace) -> int:
    transport = Transport(chosen.transport)
    origin = chosen.origin or ""
    if not origin and (transport is Transport.HTTP or chosen.consent):
        origin = _origin_of_settings(chosen)
    print(as_yaml(manifest(transport, origin.rstrip("/"), consent=chosen.consent)), end="")
    return 0


def _origin_of_settings(chosen: argparse.Namespace) -> str:
    web = read_settings(config_path(chosen.config)).web
    if web is None:
        raise Refused("the settings have no `web.origin`; give --origin https://...")
    return web.origin
