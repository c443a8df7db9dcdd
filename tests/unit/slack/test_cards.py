"""What people in Slack see of a held post, and what their clicks do: as the pages do, by the same rules; no content."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.channels.slack.cards import wording
from leakguard.channels.slack.cards.clicks import FASTER, REASON
from leakguard.channels.slack.mrkdwn import escaped
from leakguard.model.account import Account, Role
from leakguard.model.held import State
from leakguard.model.ids import HeldId
from leakguard.service.account_ports import AddAccount, SaveAccount
from tests.fakes.slack import faults
from tests.fakes.slack.state import Guest, Kind
from tests.stories import story
from tests.unit.service.world import CLEARED, until
from tests.unit.slack.rig import TO_LIFT, Rig, guarded

CANARY = "quokka LMS rose"


class Office:
    """Joe posts before Amy; compliance watches in a channel of its own. cleared: a reviewer with access."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.slack = rig, rig.slack
        self.joe, self.amy = rig.slack.person("joe"), rig.slack.person("amy")
        self.channel = rig.slack.channel("press", self.joe, self.amy)
        self.cleared = rig.slack.person("cleared", CLEARED)
        self.second = rig.slack.person("second", "half@dept.example")
        self.compliance = next(each for each in rig.slack.workspace.channels.values() if each.name == "compliance")
        for each in (self.cleared, self.second, self.joe):
            self.compliance.members.append(each.id)

    async def seat(self, email: str, *roles: Role) -> None:
        account = Account(handle=email, roles=frozenset(roles), created_at=self.rig.now())
        await self.rig.world.store.accounts.commit([AddAccount(account=account)])

    async def leak(self, text: str = CANARY) -> HeldId:
        await self.joe.post(self.channel, text)
        await self.rig.settled()
        await self.shown()
        [held] = await self.rig.world.store.listing(include_closed=True)
        return held.id

    async def shown(self) -> None:
        """All that has happened is on the cards."""
        store = self.rig.world.store

        async def is_told() -> bool:
            last = (await store.audit())[-1].seq
            return (await store.cards.told_until() or 0) >= last

        async with asyncio.timeout(5):
            while not await is_told():  # noqa: ASYNC110 - there is nothing to wait for but the fact
                await asyncio.sleep(0.01)

    def cards(self):
        return [each for each in self.compliance.messages.values() if not each.tombstoned]

    def card(self):
        [one] = self.cards()
        return one

    def direct(self, person):
        found = [
            each
            for each in self.slack.workspace.channels.values()
            if each.kind is Kind.IM and person.id in each.members and self.slack.app.user in each.members
        ]
        return [message for each in found for message in each.messages.values()]

    def note(self, person=None):
        [one] = self.direct(person or self.joe)
        return one

    async def decide(self, person, action: str, reason: str = "agreed with the producer") -> dict:
        """Click on the card, fill in the form, send it."""
        await person.click(self.card(), action)
        await until(lambda: person_modal(self.slack, person) is not None)
        view = person_modal(self.slack, person)
        await person.type_in(view, REASON, reason)
        said = await person.submit(view)
        await self.shown()
        return said


def person_modal(slack, person):
    views = slack.surfaces.modals.get(person.id) or []
    return views[-1] if views else None


def said_on(message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


def actions_on(message) -> list[str]:
    return [each["action_id"] for block in message.blocks if block["type"] == "actions" for each in block["elements"]]


def compliance_channel(slack) -> dict[str, str]:
    return {"compliance_channel": slack.channel("compliance", kind=Kind.PRIVATE).id}


def in_office(told):
    """A story in the office, over sockets."""

    @story
    async def run() -> None:
        async with guarded("sockets", before=compliance_channel) as rig:
            await told(Office(rig))

    run.__name__, run.__doc__ = told.__name__, told.__doc__
    return run


@in_office
async def test_compliance_sees_who_where_how_long_and_what_was_done_and_nothing_of_the_post(office):
    ref = await office.leak()

    said = said_on(office.card())
    for told in ("joe@stats.example", f"<#{office.channel.id}>", "LMS, March 2031", ref, "enforcer", "Visible"):
        assert told in said
    assert "quokka" not in said + office.card().text
    assert actions_on(office.card()) == [wording.OPEN, wording.SEND, wording.KEEP, wording.ESCALATE]
    [link] = [each["url"] for block in office.card().blocks for each in block.get("elements", []) if "url" in each]
    assert link == f"https://review.example/items/{ref}"


@in_office
async def test_the_author_is_told_privately_and_nothing_of_the_post_is_repeated(office):
    ref = await office.leak()

    said = said_on(office.note())
    assert ref in said
    assert "quokka" not in said + office.note().text
    assert actions_on(office.note()) == [wording.POST, wording.LOOK, wording.WITHDRAW]
    assert office.direct(office.amy) == []


@in_office
async def test_a_click_of_its_author_has_it_posted_at_the_lift_and_both_cards_say_so(office):
    await office.leak()

    await office.joe.click(office.note(), wording.POST)
    await office.shown()
    assert "posted by itself" in said_on(office.note())
    await office.rig.world.at(office.rig.now() + TO_LIFT)
    await office.shown()

    assert len(office.amy.reads(office.channel)) == 1
    assert "It was posted." in said_on(office.note())
    assert "It was posted." in said_on(office.card())
    assert len(office.cards()) == 1


@in_office
async def test_a_click_of_its_author_takes_it_back(office):
    ref = await office.leak()

    await office.joe.click(office.note(), wording.WITHDRAW)
    await office.shown()

    held = await office.rig.world.store.get(ref)
    assert {each.state for each in held.recipients} == {State.WITHDRAWN}
    assert actions_on(office.note()) == []


@in_office
async def test_a_reviewer_who_may_see_it_keeps_it_held_with_a_reason(office):
    ref = await office.leak()
    await office.seat(CLEARED, Role.REVIEWER)

    assert await office.decide(office.cleared, wording.KEEP) == {}

    held = await office.rig.world.store.get(ref)
    assert held.review.kept is not None
    assert held.review.kept.by == CLEARED
    assert "leaves it held" in said_on(office.card())


@in_office
async def test_what_is_sure_is_sent_by_two_and_then_posted(office):
    ref = await office.leak()
    await office.seat(CLEARED, Role.REVIEWER, Role.APPROVER)
    await office.seat("half@dept.example", Role.REVIEWER, Role.APPROVER)

    await office.decide(office.cleared, wording.SEND)
    assert "a second has to agree" in said_on(office.card())
    assert office.amy.reads(office.channel) == []
    await office.decide(office.second, wording.SEND)
    await office.rig.world.at(office.rig.now() + timedelta(seconds=11))
    await office.shown()

    assert len(office.amy.reads(office.channel)) == 1
    assert {each.state for each in (await office.rig.world.store.get(ref)).recipients} == {State.SENT}


@in_office
async def test_nobody_decides_about_their_own_post(office):
    ref = await office.leak()
    await office.seat("joe@stats.example", Role.REVIEWER, Role.APPROVER)

    said = await office.decide(office.joe, wording.SEND)

    assert "nobody decides about a message that they sent" in json.dumps(said)
    assert (await office.rig.world.store.get(ref)).review.proposal is None


@in_office
async def test_who_has_no_account_decides_nothing(office):
    await office.leak()

    await office.cleared.click(office.card(), wording.SEND)

    await until(lambda: any("no account" in each["text"] for each in office.cleared.told_privately()))
    assert person_modal(office.slack, office.cleared) is None


@in_office
async def test_whoever_is_no_reviewer_any_more_decides_nothing_though_their_form_is_open(office):
    ref = await office.leak()
    await office.seat(CLEARED, Role.REVIEWER)
    await office.cleared.click(office.card(), wording.KEEP)
    await until(lambda: person_modal(office.slack, office.cleared) is not None)
    view = person_modal(office.slack, office.cleared)
    await office.cleared.type_in(view, REASON, "looked at it")
    accounts = office.rig.world.store.accounts
    account = await accounts.account(CLEARED)
    await accounts.commit([SaveAccount(account=replace(account, is_disabled=True))])

    said = await office.cleared.submit(view)
    await office.cleared.click(office.card(), wording.SEND)

    assert "no account" in json.dumps(said)
    await until(lambda: any("no account" in each["text"] for each in office.cleared.told_privately()))
    assert (await office.rig.world.store.get(ref)).review.proposal is None
    assert "Kept" not in [each.kind for each in await office.rig.world.store.audit()]


@in_office
async def test_whom_slack_has_deactivated_decides_nothing(office):
    await office.leak()
    await office.seat(CLEARED, Role.REVIEWER)
    office.cleared.user.deleted = True
    office.slack.user_changed(office.cleared)
    await office.rig.settled()

    await office.cleared.click(office.card(), wording.SEND)

    await until(lambda: any("no account" in each["text"] for each in office.cleared.told_privately()))
    assert person_modal(office.slack, office.cleared) is None


@in_office
async def test_ten_clicks_are_one_decision(office):
    await office.leak()
    await office.seat(CLEARED, Role.REVIEWER)
    await office.seat("half@dept.example", Role.REVIEWER)
    views = []
    for person in (office.cleared, office.second):
        await person.click(office.card(), wording.KEEP)
        await until(lambda person=person: person_modal(office.slack, person) is not None)
        view = person_modal(office.slack, person)
        await person.type_in(view, REASON, "looked at it")
        views.append((person, view))

    office.rig.world.clock.set(office.rig.now() + timedelta(seconds=5))

    said = await asyncio.gather(*(person.submit(view) for person, view in views))

    told = [each.kind for each in await office.rig.world.store.audit()]
    assert told.count("Kept") == 1
    assert sorted(json.dumps(each) != "{}" for each in said) == [False, True]
    assert FASTER in json.dumps(said)


@in_office
async def test_a_post_that_could_not_be_removed_is_loud_and_handed_on_after_two_minutes(office):
    for token in office.slack.workspace.tokens.values():
        if token.user != office.slack.app.user:
            token.refused = "token_revoked"
    ref = await office.leak()

    assert "COULD NOT BE REMOVED" in said_on(office.card())
    assert wording.ASK_AUTHOR in actions_on(office.card())
    assert "delete your post" in said_on(office.note())
    office.rig.world.clock.set(office.rig.now() + timedelta(minutes=2, seconds=1))
    await until(lambda: "handed to those on call" in said_on(office.card()))

    assert (await office.rig.world.store.get(ref)).review.escalated is not None


@in_office
async def test_a_guest_gets_no_note_and_compliance_still_hears(office):
    guest = office.slack.person("gus", guest=Guest.MULTI_CHANNEL)
    office.channel.members.append(guest.id)

    await guest.post(office.channel, CANARY)
    await office.rig.settled()
    await office.shown()

    assert office.direct(guest) == []
    assert len(office.cards()) == 1


@in_office
async def test_a_card_that_slack_does_not_take_now_comes_when_it_does(office):
    office.slack.faults.once("chat.postMessage", faults.status(503), times=2)

    await office.leak()

    await until(lambda: len(office.cards()) == 1)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("amy@news.example", "amy@news.example"),
        ("slack:T2/U7", "<@U7>"),
        ("slack:T1/C7", "<#C7>"),
        ("slack:T1/everybody", "everybody of the workspace"),
        ("slack:T1/public-link", "whoever has the link"),
        ("slack:unknown/<!here>", "&lt;!here&gt;"),
    ],
)
def test_readers_are_named_as_people_know_them(address, told):
    assert wording._reader(address) == told


@pytest.mark.parametrize("text", ["<!channel> & <@U1>", "`x`"])
def test_what_is_not_ours_is_not_marked_up(text):
    assert "<" not in escaped(text).replace("&lt;", "")
