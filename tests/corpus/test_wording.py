"""What the shipped packs make of wording that somebody else wrote. Even ids are the half nobody may tune on.

The bounds are aims, not measurements: detection.md of the planning notes asks for at most 5 % false holds.
"""

from __future__ import annotations

from leakguard.model.decision import Action
from tests.corpus.judging import DEVELOPMENT, HELD_OUT, PRODUCER, STRANGER, Entry, action, messages, unlike_pairs


def share(entries: list[Entry], wanted: Action, sender: str = STRANGER) -> float:
    return sum(action(each, sender) is wanted for each in entries) / len(entries)


def test_ordinary_office_mail_is_seldom_held() -> None:
    assert share(messages("office", half=HELD_OUT), Action.HOLD) <= 0.05


def test_most_plain_leaks_are_held() -> None:
    direct = [each for each in messages("leaks", half=HELD_OUT) if each["category"] != "oblique"]

    assert share(direct, Action.HOLD) >= 0.75


def test_a_producers_drafts_are_held() -> None:
    assert share(messages("drafts", half=HELD_OUT), Action.HOLD, PRODUCER) >= 0.9


def test_up_down_and_unchanged_get_one_answer() -> None:
    """Oracle safety over the half that the authors of the packs know; the other half is a finding, not a promise."""
    compared, unlike = unlike_pairs((each, action(each)) for each in messages("leaks", half=DEVELOPMENT))

    assert compared
    assert unlike == []
