"""How a message of the corpus is judged: by the shipped packs, eight minutes before every release of the calendar.

The tests and `make evaluate` both go through here, so that they cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from leakguard.check import Case, check
from leakguard.extract import Limits
from leakguard.model.compose import compose
from leakguard.model.decision import Action
from leakguard.policy import Policy
from leakguard.rulebook import Rulebook, load, read_folder

HERE = Path(__file__).parent
EIGHT_MINUTES_EARLY = datetime.fromisoformat("2031-03-18T09:22:00+00:00")
STRANGER, PRODUCER = "joe@dept.example", "producer@stats.example"
HELD_OUT, DEVELOPMENT = 0, 1

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`rules` are those that the outcome names; one shipped pack is one rule."""

    action: Action
    rules: frozenset[str] = frozenset()


@cache
def rulebook() -> Rulebook:
    return load(read_folder(HERE.parents[1] / "rules"), with_examples=False)


def half_of(entry: Entry) -> int:
    return int(entry["id"].rpartition("-")[2]) % 2


def messages(name: str, *, half: int | None = None) -> list[Entry]:
    found = [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [each for each in found if half is None or half_of(each) == half]


def judge(entry: Entry, sender: str = STRANGER) -> Answer:
    case = Case(
        id=entry["id"],
        at=EIGHT_MINUTES_EARLY,
        mail_from=sender,
        recipients=("amy@news.example",),
        content=compose(entry["subject"], entry["text"]),
    )
    outcome = check(case, rulebook(), Limits(), Policy()).decision.outcomes[0]
    return Answer(action=outcome.action, rules=frozenset(each.rule for each in outcome.reasons if each.rule))


def action(entry: Entry, sender: str = STRANGER) -> Action:
    return judge(entry, sender).action


def unlike_pairs(answers: Iterable[tuple[Entry, Action]]) -> tuple[int, list[str]]:
    """How many groups of mirror images there are, and the names of those whose members got different answers."""
    groups: dict[str, list[Action]] = {}
    for entry, given in answers:
        if entry["pair"]:
            groups.setdefault(entry["pair"], []).append(given)
    compared = {name: given for name, given in groups.items() if len(given) > 1}
    return len(compared), sorted(name for name, given in compared.items() if len(set(given)) > 1)
