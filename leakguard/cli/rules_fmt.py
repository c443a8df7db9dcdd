"""`leakguard rules fmt`: rulebook files in canonical layout, in place; or which would change, and how."""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import asdict
from difflib import unified_diff
from pathlib import Path
from typing import Any

from leakguard.cli.shared import add_format, complain, print_json
from leakguard.notation.diagnostics import Report
from leakguard.rulebook import read_folder
from leakguard.rulebook.formatting import formatted


def add_fmt(below: Any) -> None:
    parser = below.add_parser("fmt", help="lay out rulebook files, with every comment")
    parser.add_argument("paths", nargs="*", default=["rules"], metavar="PATH", help="folders or files; ./rules")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name files that would change")
    parser.add_argument("--diff", action="store_true", help="write nothing; show what would change")
    add_format(parser)
    parser.set_defaults(run=fmt)


def fmt(chosen: argparse.Namespace) -> int:
    """0: all is, or now is, in layout. 1: --check found a file that is not. 2: a file could not be laid out."""
    report, changed = Report(), 0
    for path in map(Path, chosen.paths):
        for name, before in read_folder(path).items():
            if name.endswith(".csv"):
                continue
            file = path / name if path.is_dir() else path
            after = formatted(str(file), before, report)
            if after is not None and after.encode() != before:
                changed += 1
                _change(file, before, after, chosen)
    if chosen.format == "json":
        print_json(asdict(each) for each in report.errors)
    else:
        complain(*map(str, report.errors))
    if report.errors:
        return 2
    return int(chosen.check and changed > 0)


def _change(file: Path, before: bytes, after: str, chosen: argparse.Namespace) -> None:
    writes = not (chosen.check or chosen.diff)
    if writes:
        write_whole(file, after.encode())
    if chosen.format == "json":
        print_json([{"file": str(file), "changed": writes}])
    elif chosen.diff:
        old, new = (text.splitlines(keepends=True) for text in (before.decode("utf-8-sig"), after))
        print("".join(unified_diff(old, new, str(file), str(file))), end="")
    else:
        print(file)


def write_whole(file: Path, content: bytes) -> None:
    """The new content or the old one, whatever happens; durable on return. Raises OSError."""
    file = file.resolve()  # a link stays one
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as beside:
            beside.write(content)
            beside.flush()
            os.fchmod(beside.fileno(), file.stat().st_mode & 0o7777)
            os.fsync(beside.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
