"""Every kind of blindness is explained to whom it wakes, and a mail says nothing but our own words."""

from __future__ import annotations

import re

import pytest

from leakguard.channels.slack.alarms import SENTENCES, Alarms
from leakguard.channels.slack.events import ALARMS
from leakguard.clock import SetClock
from leakguard.service.notices import Notices, NoticeSettings
from leakguard.store.memory import MemoryStore
from tests.house.tree import ROOT
from tests.stories import story
from tests.unit.service.world import EARLY, MINUTE


def alarms(store: MemoryStore, clock: SetClock, **people: tuple[str, ...]) -> Alarms:
    notices = Notices(NoticeSettings(contact="desk@stats.example", **people))
    return Alarms(store=store, notices=notices, clock=clock)


def test_every_kind_has_its_row_in_the_docs_and_no_row_is_left_over():
    _, _, section = (ROOT / "docs/slack.md").read_text("utf-8").partition("\n### Kinds of blindness\n")
    told = re.findall(r"^\| `(\w+)`", section.partition("\n## ")[0], re.MULTILINE)

    assert sorted(told) == sorted(SENTENCES)


def test_every_alarm_of_slack_has_its_sentence():
    assert set(SENTENCES) >= ALARMS


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({"on_call": ("night@stats.example",), "reviewers": ("desk@stats.example",)}, [("night@stats.example",)]),
        ({"reviewers": ("desk@stats.example",)}, [("desk@stats.example",)]),
        ({}, []),
    ],
    ids=["on call", "else the reviewers", "nobody is named"],
)
def test_who_hears_of_it(people, expected):
    @story
    async def told() -> None:
        store, clock = MemoryStore(), SetClock(EARLY)
        await alarms(store, clock, **people).record_blind("left_channel", "C0PRESS")
        due = await store.notices_due(EARLY, 10)
        assert [each.to for each in due] == expected
        assert [each.kind for each in await store.audit()] == ["DoorBlind"]

    told()


@story
async def test_what_stays_wrong_is_one_mail_an_hour_for_each_kind_and_place():
    store, clock = MemoryStore(), SetClock(EARLY)
    telling = alarms(store, clock, reviewers=("desk@stats.example",))

    for _ in range(3):
        await telling.record_blind("left_channel", "C0PRESS")
        clock.set(clock.now() + MINUTE)
    await telling.record_blind("left_channel", "C0OTHER")
    await telling.record_blind("app_rate_limited")
    within = len(await store.notices_due(clock.now(), 10))
    clock.set(clock.now() + 60 * MINUTE)
    await telling.record_blind("left_channel", "C0PRESS")

    assert within == 3
    assert len(await store.notices_due(clock.now(), 10)) == 4
    assert len(await store.audit()) == 6
