"""`leakguard rules codes`: what a code of a complaint means and how to mend it, without the documentation at hand."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from leakguard.cli.shared import add_format, complain, print_json, print_table
from leakguard.notation.codes import codes


def add_codes(below: Any) -> None:
    parser = below.add_parser("codes", help="what a code means and how to mend it")
    parser.add_argument("code", nargs="?", metavar="CODE", help="a page about this one; all in a table if not given")
    add_format(parser)
    parser.set_defaults(run=show)


def show(chosen: argparse.Namespace) -> int:
    known = codes()
    if chosen.code is not None and chosen.code not in known:
        complain(f"there is no code {chosen.code}; known are {', '.join(known)}")
        return 2
    shown = list(known.values()) if chosen.code is None else [known[chosen.code]]
    if chosen.format == "json":
        print_json(asdict(each) for each in shown)
    elif chosen.code is not None:
        print(shown[0].page, end="")
    else:
        print_table([(each.name, each.severity, each.mend.strip()) for each in shown], ("code", "is", "mend"), "none")
    return 0
