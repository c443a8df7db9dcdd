"""What the shipped packs make of wording that somebody else wrote. Even ids are the half nobody may tune on.

The bounds are aims, not measurements: detection.md of the planning notes asks for at most 5 % false holds.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from leakguard.check import Case, check, compose
from leakguard.extract import Limits
from leakguard.model.decision import Action
from leakguard.policy import Policy
from leakguard.rulebook import Rulebook, load, read_folder

HERE = Path(__file__).parent
EIGHT_MINUTES_EARLY = datetime.fromisoformat("2031-03-18T09:22:00+00:00")
STRANGER, PRODUCER = "joe@dept.example", "producer@stats.example"


@cache
def rulebook() -> Rulebook:
    return load(read_folder(HERE.parents[1] / "rules"), with_examples=False)


def messages(name: str, *, half: int | None = None) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [each for each in found if half is None or int(each["id"].rpartition("-")[2]) % 2 == half]


def action(entry: dict[str, Any], sender: str = STRANGER) -> Action:
    case = Case(
        id=entry["id"],
        at=EIGHT_MINUTES_EARLY,
        mail_from=sender,
        recipients=("amy@news.example",),
        content=compose(entry["subject"], entry["text"]),
    )
    return check(case, rulebook(), Limits(), Policy()).decision.outcomes[0].action


def share(entries: list[dict[str, Any]], wanted: Action, sender: str = STRANGER) -> float:
    return sum(action(each, sender) is wanted for each in entries) / len(entries)


def test_ordinary_office_mail_is_seldom_held() -> None:
    assert share(messages("office", half=0), Action.HOLD) <= 0.05


def test_most_plain_leaks_are_held() -> None:
    direct = [each for each in messages("leaks", half=0) if each["category"] != "oblique"]

    assert share(direct, Action.HOLD) >= 0.75


def test_a_producers_drafts_are_held() -> None:
    assert share(messages("drafts", half=0), Action.HOLD, PRODUCER) >= 0.9


def test_up_down_and_unchanged_get_one_answer() -> None:
    """Oracle safety over the half that the authors of the packs know; the other half is a finding, not a promise."""
    pairs: dict[str, set[Action]] = defaultdict(set)
    for each in messages("leaks", half=1):
        if each["pair"]:
            pairs[each["pair"]].add(action(each))

    assert {name for name, actions in pairs.items() if len(actions) > 1} == set()
