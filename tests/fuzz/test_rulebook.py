"""The invariant of the rulebook: any text gives a rulebook or diagnostics, never an exception."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from leakguard.notation.diagnostics import Diagnostic
from leakguard.rulebook import examine
from tests.unit.rulebook.test_good import GOOD, GRANTS_CSV, RELEASES_CSV

MARKS = [
    '"',
    "'",
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "&a",
    "*a",
    "<<: ",
    "!x ",
    "|\n",
    "#",
    "\t",
    "\n  ",
    "---\n",
    "?",
    "~",
]
VALUES = [
    "no",
    "9:30",
    "0x1",
    "1e9",
    "-1",
    "2031-03-18",
    "null",
    "999999999999999999999",
    "\\UFFFFFFFF",
    "\ud800",
    "\0",
    "é",
]
RULE_WORDS = [
    "near",
    "all",
    "any",
    "not",
    "count",
    "phrase",
    "when",
    "kind: regex",
    "pattern: ",
    "(?<=a)+",
    "a{9}",
    "*",
]
PIECES = st.sampled_from([*MARKS, *VALUES, *RULE_WORDS])
TIMES = st.sampled_from(["0001-01-01T00:00", "9999-12-31T23:59", "2031-03-30T01:30", "x", "2031-03-18T09:30+23:59"])


def check(file: str, text: str) -> None:
    rulebook, report = examine({file: text.encode("utf-8", "surrogatepass")})

    assert (rulebook is None) == bool(report.errors)
    lines = len(text.splitlines()) + 2
    for each in report.errors:
        assert isinstance(each, Diagnostic)
        assert each.file == file
        assert 1 <= each.line <= lines
        assert each.column >= 1


@given(st.text(max_size=200))
def test_any_text_is_a_rulebook_or_mistakes(text: str) -> None:
    check("a.yaml", text)
    check("a.csv", text)


@given(st.lists(PIECES, max_size=30))
def test_any_marks_are_a_rulebook_or_mistakes(pieces: list[str]) -> None:
    check("a.yaml", "".join(pieces))
    check("a.csv", ",".join(pieces))


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_rulebook_is_a_rulebook_or_mistakes(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*GOOD, "releases.csv", "grants.csv"]))
    text = {**GOOD, "releases.csv": RELEASES_CSV, "grants.csv": GRANTS_CSV}[name]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(PIECES | TIMES | st.just("")) + text[at + data.draw(st.integers(0, 12)) :]

    check(name if name.endswith(".csv") else f"{name}.yaml", text)


@given(st.text(max_size=30) | st.lists(PIECES, max_size=6).map("".join))
def test_any_pattern_compiles_or_is_refused(pattern: str) -> None:
    quoted = "'" + pattern.replace("'", "''").replace("\n", " ") + "'"
    rule = GOOD["one-file"].replace("any: [ahead of, below, beat]", f"kind: regex, pattern: {quoted}")

    check("a.yaml", rule)
