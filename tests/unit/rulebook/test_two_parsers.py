"""The quick YAML parser and the one that tells mistakes read the same; without the quick one all is as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from leakguard.notation import strict_yaml
from leakguard.notation.diagnostics import Report

RULES = Path(__file__).parents[3] / "rules"
FILES = sorted(RULES.rglob("*.yaml"))
BY_HAND = [
    'a: [x, "on", \'no\', y z, "1"]\nb: {c: d, e: ""}\n',
    "a: |\n  two\n  lines\nb: >\n  folded\n  text\n",
    "a: no\n",
    "a: 9:30\n",
    "a: &x [1]\nb: *x\n",
    "a: " + "[" * 60 + "]" * 60 + "\n",
    "a: [\n",
    'a: "\\UFFFFFFFF"\n',
    "a: é\u2028b\n",
    "? a\n: b\n",
]


def read(text: str) -> tuple[Any, Any]:
    report = Report()
    documents = strict_yaml.read_yaml("f.yaml", text, report)
    return [(each.value, each.source.places) for each in documents], report.found


@pytest.mark.parametrize(
    "text", [*BY_HAND, *(path.read_text() for path in FILES)], ids=range(len(BY_HAND) + len(FILES))
)
def test_both_parsers_read_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = read(text)
    monkeypatch.delattr(yaml, "CSafeLoader")

    assert read(text) == quick
