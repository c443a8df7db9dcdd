"""Who could see a post, and what the decision makes of them: whoever is not known has no access."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.channels.slack.audience import (
    MOST_NAMED,
    Audience,
    Kind,
    Member,
    Place,
    audience_of,
    direction_of,
    envelope_of,
    handle_of,
)
from leakguard.channels.slack.removal import By, Powers, Target, chain, urgency
from leakguard.model.content import Verdict
from leakguard.model.decision import Action
from leakguard.model.message import Direction, Facts
from leakguard.policy import Policy, decide
from tests.unit.service import world
from tests.unit.slack.payloads import AMY, BOT, CHANNEL, CLEARED, JOE, PRODUCER, TEAM

OURS = frozenset({"stats.example", "dept.example"})
PEOPLE = {
    PRODUCER: Member(id=PRODUCER, team=TEAM, email=world.PRODUCER),
    CLEARED: Member(id=CLEARED, team=TEAM, email=world.CLEARED),
    JOE: Member(id=JOE, team=TEAM, email=world.JOE),
    AMY: Member(id=AMY, team="T0NEWS", email=world.CLEARED),  # another workspace claims an address of ours
    BOT: Member(id=BOT, team=TEAM),
}
PRIVATE = Place(team=TEAM, channel=CHANNEL, kind=Kind.PRIVATE, members=(PRODUCER, CLEARED, BOT), heads=3)


def audience(place: Place = PRIVATE, author: str = PRODUCER) -> Audience:
    return audience_of(place, PEOPLE, author, BOT, OURS)


def outcome(place: Place, author: str = PRODUCER) -> Action:
    """Of a post that gives LMS away."""
    seen = audience(place, author)
    sender = handle_of(PEOPLE[author], TEAM, OURS)
    facts = Facts.of(envelope_of(sender, seen))
    verdict = Verdict(findings=(world.finding("lms"),))
    decision = decide(facts, verdict, world.book(world.LMS), Policy(), world.EARLY)
    return max((each.action for each in decision.outcomes), key=lambda each: each.severity)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param(PRIVATE, Action.FORWARD, id="everybody there has access"),
        pytest.param(replace(PRIVATE, members=(PRODUCER, CLEARED, JOE)), Action.HOLD, id="one without access"),
        pytest.param(replace(PRIVATE, members=(PRODUCER, AMY)), Action.HOLD, id="one of another organisation"),
        pytest.param(replace(PRIVATE, members=(PRODUCER, "U0NEW")), Action.HOLD, id="one whom nobody knows"),
        pytest.param(replace(PRIVATE, members=None), Action.HOLD, id="nobody could be asked"),
        pytest.param(replace(PRIVATE, is_shared=True), Action.HOLD, id="shared, and the others cannot be seen"),
        pytest.param(replace(PRIVATE, kind=Kind.PUBLIC), Action.HOLD, id="the whole workspace"),
        pytest.param(replace(PRIVATE, kind=Kind.DIRECT, members=(PRODUCER, CLEARED)), Action.FORWARD, id="two who may"),
        pytest.param(replace(PRIVATE, members=(PRODUCER,)), Action.FORWARD, id="alone"),
    ],
)
def test_a_post_of_somebody_who_may_is_held_unless_all_may(place, expected):
    assert outcome(place) is expected


def test_a_post_of_somebody_without_access_is_held_wherever_it_stands():
    assert outcome(PRIVATE, author=JOE) is Action.HOLD
    assert outcome(replace(PRIVATE, members=(JOE,)), author=JOE) is Action.HOLD


@pytest.mark.parametrize(
    ("member", "handle"),
    [
        (PEOPLE[JOE], world.JOE),
        (PEOPLE[AMY], f"slack:T0NEWS/{AMY}"),
        (replace(PEOPLE[JOE], email=""), f"slack:{TEAM}/{JOE}"),
        (replace(PEOPLE[JOE], email="joe@elsewhere.example"), f"slack:{TEAM}/{JOE}"),
        (replace(PEOPLE[JOE], email="joe@dept.example\r\nBcc: x@x"), f"slack:{TEAM}/{JOE}"),
        (replace(PEOPLE[JOE], is_gone=True), f"slack:{TEAM}/{JOE}"),
        (replace(PEOPLE[JOE], team=""), f"slack:unknown/{JOE}"),
    ],
)
def test_an_address_counts_only_when_it_is_of_this_workspace_and_of_a_known_domain(member, handle):
    assert handle_of(member, TEAM, OURS) == handle


def test_of_a_very_large_channel_the_channel_is_the_recipient():
    crowd = tuple(f"U{number}" for number in range(MOST_NAMED + 2))

    assert audience(replace(PRIVATE, members=crowd)).handles == (f"slack:{TEAM}/{CHANNEL}",)


def test_heads_guests_and_outsiders_are_counted():
    people = PEOPLE | {"U0G": Member(id="U0G", team=TEAM, email="g@dept.example", is_guest=True)}
    seen = audience_of(replace(PRIVATE, members=(PRODUCER, AMY, "U0G", BOT), heads=0), people, PRODUCER, BOT, OURS)

    assert (seen.heads, seen.outsiders, seen.guests, seen.is_everybody) == (2, 1, 1, False)
    assert direction_of(seen) is Direction.OUTBOUND
    assert direction_of(audience()) is Direction.INTERNAL


@pytest.mark.parametrize(
    ("place", "heads"),
    [
        pytest.param(PRIVATE, 1, id="all asked for"),
        pytest.param(replace(PRIVATE, kind=Kind.PUBLIC, members=(), heads=5), 3, id="a public channel is not"),
        pytest.param(replace(PRIVATE, members=None, heads=5), 3, id="cannot be asked for"),
        pytest.param(replace(PRIVATE, members=None, heads=0), 0, id="not even counted"),
    ],
)
def test_the_author_and_we_are_not_among_those_who_could_see_it(place, heads):
    assert audience(place).heads == heads


POWERS = Powers(bot="xoxb", bot_user=BOT, enforcer="xoxp-boss", discovery="xoxp-disc")


def rights(powers: Powers = POWERS, kind: Kind = Kind.PRIVATE, author: str = JOE, team: str = TEAM) -> list[By]:
    target = Target(place=replace(PRIVATE, kind=kind), ts="1.1", author=author, author_team=team)
    return [each.by for each in chain(target, powers, "xoxp-joe" if author == JOE else "")]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(rights(), [By.AUTHOR, By.ENFORCER, By.DISCOVERY], id="all, the mildest first"),
        pytest.param(rights(author=BOT), [By.OWN, By.ENFORCER, By.DISCOVERY], id="our own"),
        pytest.param(rights(author=AMY), [By.ENFORCER, By.DISCOVERY], id="an author who did not agree"),
        pytest.param(rights(kind=Kind.DIRECT), [By.AUTHOR, By.DISCOVERY], id="direct messages are not an enforcer's"),
        pytest.param(rights(kind=Kind.GROUP, author=AMY), [By.DISCOVERY], id="nor those of several"),
        pytest.param(rights(author=AMY, team="T0NEWS"), [By.DISCOVERY], id="an author of another organisation"),
        pytest.param(rights(author="", team=""), [By.ENFORCER, By.DISCOVERY], id="a webhook"),
        pytest.param(rights(Powers(bot="xoxb"), author=AMY), [], id="nobody may"),
    ],
)
def test_the_chain_of_rights(found, expected):
    assert found == expected


def test_tokens_are_not_printed():
    shown = repr(POWERS) + repr(chain(Target(place=PRIVATE, ts="1.1", author=JOE), POWERS, "xoxp-joe"))

    assert "xox" not in shown


def test_the_worst_exposure_is_removed_first():
    older, now = world.EARLY - timedelta(minutes=1), world.EARLY
    cases = {
        "outside": (Audience(handles=("a",), heads=2, outsiders=1), now),
        "everybody": (Audience(handles=("a",), heads=9, is_everybody=True), now),
        "many": (Audience(handles=("a",), heads=50), now),
        "few, older": (Audience(handles=("a",), heads=2), older),
        "few": (Audience(handles=("a",), heads=2), now),
    }

    shuffled = ["few", "many", "outside", "few, older", "everybody"]
    ordered = sorted(shuffled, key=lambda name: urgency(*cases[name]))

    assert ordered == list(cases)
