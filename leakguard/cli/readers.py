"""`leakguard readers`: which files can be read here, and what is in force around whatever reads them."""

from __future__ import annotations

import argparse

from leakguard.cli.shared import Subcommands
from leakguard.extract.formats import FORMATS
from leakguard.extract.prepare import UNREAD_WITHOUT, prepare
from leakguard.workers.fence import report


def add_to(commands: Subcommands) -> None:
    parser = commands.add_parser("readers", help="formats that can be read here, and the fence around their readers")
    parser.set_defaults(run=run)


def run(_chosen: argparse.Namespace) -> int:
    """0, or 1 when a library is missing or the fence is weaker than it can be."""
    missing, fence = prepare(), report()
    print(f"formats: {', '.join(each.name for each in FORMATS)}")
    for name in missing:
        print(f"not here: {name}, so these are gaps: {UNREAD_WITHOUT.get(name, 'what it reads')}")
    landlock = f"Landlock version {fence.landlock}" if fence.landlock else "no Landlock"
    print(f"fence: limits, {landlock}, {'seccomp' if fence.seccomp else 'no seccomp'}")
    return 0 if fence.is_whole and not missing else 1
