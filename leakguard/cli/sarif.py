"""Diagnostics as SARIF, the form in which code hosts and editors take the results of a linter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from leakguard import __version__
from leakguard.notation.diagnostics import Diagnostic


def as_sarif(found: Sequence[Diagnostic], rules: Path) -> dict[str, Any]:
    """One run with its results. rules: the folder or file that was looked at; places are seen from where it was named.

    ref: SARIF 2.1.0
    """
    codes = sorted({each.code for each in found})
    folder = rules.parent if rules.is_file() else rules
    driver = {
        "name": "leakguard",
        "version": __version__,
        "rules": [{"id": code, "help": {"text": f"docs/rules.md, Error codes, {code}"}} for code in codes],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(each, codes.index(each.code), folder) for each in found],
            }
        ],
    }


def _result(each: Diagnostic, index: int, folder: Path) -> dict[str, Any]:
    return {
        "ruleId": each.code,
        "ruleIndex": index,
        "level": each.severity,
        "message": {"text": each.sentence},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(folder / each.file)},
                    "region": {"startLine": each.line, "startColumn": each.column},
                }
            }
        ],
    }


def _uri(path: Path) -> str:
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
