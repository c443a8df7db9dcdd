"""Diagnostics as SARIF, the form in which code hosts and editors take the results of a linter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from leakguard import __version__
from leakguard.notation.codes import Code
from leakguard.notation.codes import codes as known_codes
from leakguard.notation.diagnostics import Diagnostic

PAGES = Path(__file__).resolve().parents[2] / "docs/codes"  # in a checkout; an installed package has none


def as_sarif(found: Sequence[Diagnostic], rules: Path, docs_url: str | None = None) -> dict[str, Any]:
    """One run with its results. rules: the folder or file that was looked at; places are seen from where it was named.
    docs_url: where docs/codes/ is published.

    ref: SARIF 2.1.0
    """
    codes = sorted({each.code for each in found})
    folder = rules.parent if rules.is_file() else rules
    driver = {
        "name": "leakguard",
        "version": __version__,
        "rules": [_rule(known_codes()[code], docs_url) for code in codes],
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


def _rule(code: Code, docs_url: str | None) -> dict[str, Any]:
    """A code with all its page says, so that whoever reads the log needs nothing else."""
    rule: dict[str, Any] = {
        "id": code.name,
        "shortDescription": {"text": code.name.replace("-", " ")},
        "fullDescription": {"text": code.means.strip()},
        "defaultConfiguration": {"level": code.severity},
        "help": {"text": f"{code.mend.strip()}\n\nSee docs/codes/{code.name}.md.", "markdown": code.page},
    }
    if docs_url is not None:
        rule["helpUri"] = f"{docs_url.rstrip('/')}/{code.name}.md"
    elif (PAGES / f"{code.name}.md").exists():
        rule["helpUri"] = (PAGES / f"{code.name}.md").as_uri()
    return rule


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
