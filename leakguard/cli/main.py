"""The parser, and one place where errors become a sentence and an exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from leakguard import __version__
from leakguard.cli import access, accounts, audit, check, demo, held, readers, releases, rules, serve, slack
from leakguard.model.errors import LeakGuardError

CANNOT = 2  # it could not be done, and standard error says why


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="leakguard",
        description="Keeps embargoed results with the people who may have them, until the moment they lift.",
    )
    parser.add_argument("--version", action="version", version=f"leakguard {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (serve, demo, check, rules, held, releases, access, accounts, audit, readers, slack):
        module.add_to(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """0: done. 1: a verdict or a state that `--fail-on` or the command names as failure. 2: could not."""
    chosen = build_parser().parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
    except LeakGuardError as problem:
        print(str(problem) or type(problem).__name__, file=sys.stderr)
        return CANNOT
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        print(f"{where}{problem.strerror or problem}", file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        return 130
    return status
