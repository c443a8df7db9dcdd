"""The shipped rules are what the project asks of other people's: laid out alike, and without anything doubtful."""

from __future__ import annotations

from pathlib import Path

from leakguard.rulebook import examine, read_folder

RULES = Path(__file__).parents[2] / "rules"


def test_the_shipped_rules_give_rise_to_no_complaint() -> None:
    _, report = examine(read_folder(RULES))

    assert [str(each) for each in report.found] == []
