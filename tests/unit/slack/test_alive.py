"""A post of our own comes back the whole way, or it is known since when none did."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from leakguard.channels.slack.alarms import Alarms
from leakguard.channels.slack.alive import WORDS, Alive
from leakguard.channels.slack.api import ApiLimited, ApiRefused, ApiUnavailable
from leakguard.channels.slack.events import Ours
from leakguard.channels.slack.sight import Sight
from leakguard.model.errors import StoreUnavailable
from tests.stories import story
from tests.unit.service.world import EARLY, World
from tests.unit.slack.office import CannedSlack
from tests.unit.slack.payloads import BOT, CHANNEL

CANARY = "C0CANARY"


class Post:
    """Proof of life over a Slack that answers what it is told; nonces count up."""

    def __init__(self, **answers) -> None:
        self.world, self._numbers = World(), itertools.count(1)
        self.slack = CannedSlack(answers={"conversations.history": {"messages": []}} | answers)
        self.slack.answers.setdefault("chat.postMessage", [{"ts": f"{each}.0"} for each in range(1, 100)])
        self.clock = self.world.clock
        self.alive = self.new_alive()

    def new_alive(self) -> Alive:
        return Alive(
            api=self.slack,
            clock=self.clock,
            token="xoxb",
            channel=CANARY,
            own_user=BOT,
            new_nonce=lambda: f"nonce{next(self._numbers)}",
        )

    def passes(self, **time: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**time))

    def back(self, nonce: str, channel: str = CANARY, words: str = WORDS) -> None:
        self.alive.heard(Ours(channel=channel, text=f"{words} {nonce}"))

    def deleted(self) -> list[str]:
        return [fields["ts"] for _, fields in self.slack.asked("chat.delete")]


@story
async def test_what_comes_back_proves_that_we_heard_when_it_set_out():
    post = Post()
    post.passes(seconds=10)
    await post.alive.beat()
    post.passes(seconds=3)

    post.back("nonce1")

    assert (post.alive.blind_seconds, post.alive.proven_until) == (3, EARLY + timedelta(seconds=10))


@pytest.mark.parametrize(
    "what",
    [{"nonce": "nonce2"}, {"channel": CHANNEL}, {"words": "LeakGuard"}],
    ids=["never posted", "elsewhere", "other words"],
)
def test_what_was_not_posted_so_proves_nothing(what):
    @story
    async def told() -> None:
        post = Post()
        await post.alive.beat()
        post.passes(seconds=3)
        post.back(**({"nonce": "nonce1"} | what))
        assert (post.alive.blind_seconds, post.alive.proven_until) == (3, None)

    told()


@story
async def test_the_same_post_proves_nothing_twice_and_an_old_one_nothing_new():
    post = Post()
    await post.alive.beat()
    post.passes(seconds=60)
    await post.alive.beat()

    post.back("nonce2")
    post.passes(seconds=5)
    post.back("nonce1")
    post.back("nonce2")

    assert post.alive.blind_seconds == 5


@story
async def test_a_post_that_comes_back_before_slack_has_answered_counts():
    post = Post()
    post.slack.before = lambda method: post.back("nonce1") if method == "chat.postMessage" else None

    await post.alive.beat()

    assert post.alive.proven_until == EARLY


@story
async def test_each_post_is_taken_away_by_the_next_beat():
    post = Post()

    for _ in range(3):
        await post.alive.beat()

    assert post.deleted() == ["1.0", "2.0"]


@story
async def test_what_an_earlier_process_left_is_taken_away_and_nothing_of_anybody_else():
    said = [
        {"user": BOT, "ts": "0.1", "text": f"{WORDS} abc"},
        {"user": BOT, "ts": "0.2", "text": "something else of ours"},
        {"user": "U0JOE", "ts": "0.3", "text": f"{WORDS} abc"},
    ]
    post = Post(**{"conversations.history": {"messages": said}})

    await post.alive.beat()

    assert post.deleted() == ["0.1"]


@story
async def test_what_cannot_be_taken_away_now_is_taken_away_later():
    post = Post(**{"chat.delete": [ApiLimited(7), {"ok": True}]})
    await post.alive.beat()

    await post.alive.beat()
    await post.alive.beat()

    assert post.deleted() == ["1.0", "1.0", "2.0"]


@story
async def test_a_post_without_an_answer_is_looked_for_since_it_may_stand_there():
    post = Post(**{"chat.postMessage": ApiUnavailable("500")})
    await post.alive.beat()
    post.slack.answers["conversations.history"] = {"messages": [{"user": BOT, "ts": "9.9", "text": f"{WORDS} x"}]}

    await post.alive.beat()

    assert post.deleted() == ["9.9"]
    assert post.alive.code == ""


class Seeing(Post):
    """With the alarms behind it."""

    def __init__(self, **answers) -> None:
        super().__init__(**answers)
        self.turns = 0
        self.sight = self.new_sight()

    def new_sight(self) -> Sight:
        alarms = Alarms(store=self.world.store, notices=self.world.notices, clock=self.clock)
        return Sight(
            alive=self.alive,
            alarms=alarms,
            records=self.world.store.records,
            clock=self.clock,
            blind_after=180,
            turned=self._turned,
        )

    def _turned(self) -> None:
        self.turns += 1

    async def told(self) -> list[tuple[str, str]]:
        audit = await self.world.store.audit()
        return [(each.kind, each.text("code") or each.text("seconds")) for each in audit]


@story
async def test_blindness_is_told_once_after_its_limit_and_once_when_it_ends():
    post = Seeing()
    await post.alive.beat()
    post.back("nonce1")
    await post.sight.check()

    post.passes(seconds=180)
    await post.sight.check()
    at_the_limit = await post.told()
    for _ in range(3):
        post.passes(seconds=1)
        await post.sight.check()
    while_blind = (await post.told(), post.sight.is_blind, post.sight.heard_until)
    await post.alive.beat()
    post.passes(seconds=2)
    post.back("nonce2")
    await post.sight.check()
    await post.sight.check()

    assert at_the_limit == []
    assert while_blind == ([("DoorBlind", "")], True, None)
    assert await post.told() == [("DoorBlind", ""), ("DoorSees", "185")]
    assert post.turns == 3


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "not_in_channel", "missing_scope"])
def test_that_slack_does_not_let_us_post_is_blindness_at_once(code):
    @story
    async def told() -> None:
        post = Seeing(**{"chat.postMessage": ApiRefused(code)})
        await post.alive.beat()
        await post.sight.check()
        assert await post.told() == [("DoorBlind", code)]

    told()


@story
async def test_a_late_post_does_not_end_a_blindness_that_began_after_it():
    post = Seeing()
    await post.alive.beat()
    post.passes(seconds=60)
    await post.alive.beat()
    post.back("nonce2")
    post.passes(seconds=181)
    await post.sight.check()

    post.back("nonce1")
    await post.sight.check()

    assert post.sight.is_blind


@story
async def test_what_a_process_said_before_it_ended_is_recalled_and_ended_by_the_next():
    post = Seeing()
    post.passes(seconds=181)
    await post.sight.check()
    post.passes(seconds=60)
    post.alive = post.new_alive()
    again = post.new_sight()

    await again.recall()
    await again.check()
    post.passes(seconds=1)
    await post.alive.beat()
    post.back("nonce1")
    await again.check()

    assert await post.told() == [("DoorBlind", ""), ("DoorSees", "61")]


@story
async def test_an_alarm_that_could_not_be_kept_is_told_again():
    post = Seeing()
    post.passes(seconds=181)
    post.world.store.available = False
    with pytest.raises(StoreUnavailable):
        await post.sight.check()
    post.world.store.available = True

    await post.sight.check()

    assert await post.told() == [("DoorBlind", "")]
