"""`leakguard demo`."""

from __future__ import annotations

import argparse

from leakguard.cli.shared import Subcommands


def add_to(commands: Subcommands) -> None:
    parser = commands.add_parser("demo", help="see a message held and sent at its lift, on this machine")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    return 0
