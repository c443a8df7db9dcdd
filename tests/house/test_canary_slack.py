"""Words that are in Slack and must be nowhere else: no log, card, notice, metric, address or audit, whatever happens.

The program from its settings, a day of its office, and a lift; the fake hears all that we say to Slack.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from leakguard import app
from leakguard.channels.slack.cards import wording
from leakguard.channels.slack.cards.clicks import REASON
from leakguard.clock import SetClock
from leakguard.extract import Limits
from leakguard.inspection import read
from leakguard.model.account import Account, Role
from leakguard.service.account_ports import AddAccount
from leakguard.service.posts import Posts
from leakguard.settings import Settings
from leakguard.store.sqlite import SqliteStore
from tests.fakes.guard import settings_of
from tests.fakes.next_hop import RecordingNextHop
from tests.fakes.relay import ACCESS, RELEASES, RULE
from tests.fakes.slack import FakeSlack, Person, faults
from tests.fakes.slack.courier import Policy
from tests.fakes.slack.server import Server
from tests.fakes.slack.state import Channel, Kind, Message
from tests.fakes.slack.timing import SlackTime
from tests.fakes.slack.transport import HttpTransport, Outcome
from tests.house.test_canary import BODY, CELL, FIGURE, NAME, all_logs, packed, table
from tests.unit.slack.rig import TRANSPORTS
from tests.unit.slack.screens.stage import rich

TO_LIFT = timedelta(minutes=4)  # signatures bear the real time, and are believed for five minutes
PERSON, ROOM, TYPED = "lemurperson", "tapirroom", "okapityped"
CANARIES = (BODY, CELL, NAME, FIGURE, "48,151", PERSON, ROOM, TYPED)
LEAK = f"unemployment rose, {BODY} {FIGURE}"
PATIENCE_SECONDS = 60
REVIEWER = "rev@stats.example"


@dataclass
class Heard:
    """What left by another way than as a post that somebody wanted. asked: addresses that we called."""

    answers: list[Outcome] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    shown: list[object] = field(default_factory=list)
    notices: list[bytes] = field(default_factory=list)
    audit: str = ""
    metrics: str = ""
    log: str = ""
    kept: str = ""

    def places(self) -> dict[str, str]:
        return {
            "answers": repr(self.answers),
            "addresses": "\n".join(self.asked),
            "cards and screens": json.dumps(self.shown),
            "notices": b"\n".join(self.notices).decode(errors="replace"),
            "audit": self.audit,
            "metrics": self.metrics,
            "log": self.log,
        }


@dataclass(kw_only=True)
class Office:
    """joe has no access, out is of another organisation, and rev decides; posting: what the app put up for them."""

    built: app.App
    slack: FakeSlack
    clock: SetClock
    lift: datetime
    heard: Heard

    def __post_init__(self) -> None:
        self.joe = self.slack.person(PERSON, "joe@dept.example")
        self.amy = self.slack.person("amy", "amy@dept.example")
        self.rev = self.slack.person("rev", REVIEWER)
        self.out = self.slack.outsider("out", "out@paper.example")
        self.room = self.slack.channel(ROOM, self.joe, self.amy, self.rev)
        self.shared = self.slack.channel(f"{ROOM}-shared", self.joe, self.out)
        self.compliance.members.append(self.rev.id)

    @property
    def compliance(self) -> Channel:
        return next(each for each in self.slack.workspace.channels.values() if each.name == "compliance")

    async def settled(self) -> None:
        """All is dealt with, and on the cards; where something waits, the clock goes on."""
        store = self.built.store
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await self.slack.quiet()
                waiting = (await store.inbox.waiting())[0]
                told = (await store.cards.told_until() or 0) >= (await store.audit())[-1].seq
                if told and not waiting and not self.slack.courier._tasks:
                    return
                if waiting and not await store.inbox.turns(self.clock.now(), 1):
                    self.clock.set(self.clock.now() + timedelta(seconds=1))
                await asyncio.sleep(0.02)

    def written(self, to: Person | None = None) -> list[Message]:
        """By the app, to this person alone, or in all places but the rooms."""
        channels = [each for each in self.slack.workspace.channels.values() if not each.name.startswith(ROOM)]
        if to is not None:
            channels = [each for each in channels if each.kind is Kind.IM and to.id in each.members]
        return [each for channel in channels for each in channel.messages.values() if each.user == self.slack.app.user]

    async def day(self) -> None:
        await self.written_in_slack()
        await self.refused()
        await self.crashed()
        await self.typed()
        await self.posted_at_the_lift()

    async def written_in_slack(self) -> None:
        joe, room = self.joe, self.room
        first = await joe.post(room, LEAK)
        await joe.post(room, f"tea, {BODY} {FIGURE}")
        await joe.reply(first, f"{LEAK} too")
        taken_back = await joe.post(room, f"{LEAK} oh")
        await joe.delete(taken_back)
        talk = await joe.post(room, f"tea {BODY}")
        await joe.edit(talk, f"{LEAK}, edited")
        await joe.say_me(room, LEAK)
        await joe.set_topic(room, f"topic: {LEAK}")
        await joe.set_purpose(room, f"purpose: {LEAK}")
        await self.slack.webhook(room, LEAK, username=PERSON)
        await joe.upload(room, f"{NAME}.xlsx", table(), text=f"see {BODY}")
        await joe.upload(room, f"{NAME}.zip", packed(), title=f"{NAME} {LEAK}")
        await joe.upload(room, f"{NAME}.pdf", f"%PDF-1.7 {CELL} {FIGURE}".encode(), late=True)
        file = (await joe.upload(room, f"{NAME}.csv", LEAK.encode(), ready_in=1.0)).files[0]
        await joe.make_public(file)
        await joe.write_canvas(room, f"{NAME} canvas", f"<p>{LEAK}</p>")
        await joe.rename(room, f"{ROOM}-unemployment-rose")
        await self.out.post(self.shared, f"{LEAK}: not ours to remove")
        self.slack.faults.once("chat.delete", faults.status(503), times=2)
        self.slack.faults.once("users.info", faults.dropped(), times=2)
        await joe.post(room, f"{LEAK} again")
        await self.settled()

    async def refused(self) -> None:
        """What nobody signed, what was signed long ago, and what is no event, with the words all over it."""
        door = self.slack.courier.transport
        if not isinstance(door, HttpTransport):
            return
        event = json.dumps({"type": "event_callback", "event": {"type": "message", "text": LEAK}}).encode()
        kind = {"Content-Type": "application/json", "User-Agent": BODY, "X-Slack-Retry-Reason": NAME}
        old = str(int(self.clock.now().timestamp()) - 400)
        for body, headers in (
            (event, {}),
            (event, {"X-Slack-Request-Timestamp": BODY, "X-Slack-Signature": f"v0={BODY}"}),
            (event, {**door.signature(event), "X-Slack-Signature": f"v0={BODY}"}),
            (event, door.signature(event, old)),
            (LEAK.encode(), door.signature(LEAK.encode())),
            (b"\xff" + event, door.signature(b"\xff" + event)),
            (event[:-9], door.signature(event[:-9])),
            (event + b" " * (1 << 20), door.signature(event)),
        ):
            answer = await door.send_raw(body, kind | headers)
            assert 400 <= answer.status < 500
            self.heard.answers.append(answer)

    async def crashed(self) -> None:
        """A defect that has the words in its mouth; what it happened to is dealt with once it is mended."""

        async def crash(_self: Posts, message: Any, *_more: Any) -> None:
            raise ValueError(message.content.decode(errors="replace"))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Posts, "judge", crash)
            await self.joe.post(self.room, f"{LEAK} crash")
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.slack.quiet()
                while not any(each.attempts for each in await self._all_waiting()):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        await self.settled()

    async def _all_waiting(self) -> tuple[Any, ...]:
        return await self.built.store.inbox.turns(self.clock.now() + timedelta(hours=1), 100)

    async def typed(self) -> None:
        """Commands, shortcuts and forms that carry the words, whether or not anything listens to them."""
        joe, room = self.joe, self.room
        message = await joe.post(room, f"tea {TYPED}")
        self.heard.answers += [
            await joe.command(room, "/embargo", f"check {LEAK} {TYPED}"),
            await joe.command(room, "/embargo", TYPED),
            await joe.shortcut(TYPED),
            await joe.message_shortcut("report_leak", message),
        ]
        self.heard.answers.append(await joe.shortcut("check_text"))
        form = await self._seen(lambda: joe.modal)
        await joe.type_in(form, "check:text", rich(f"{LEAK} {TYPED}"))
        await self._seen(lambda: "would be taken out" in json.dumps(form.shape) or None)
        self.heard.answers.append(Outcome(ok=True, body=await joe.submit(form)))
        await joe.close(form)
        self.heard.answers.append(await joe.shortcut("compose_post"))
        form = await self._seen(lambda: joe.modal)
        await joe.type_in(form, "post:text", rich(f"{LEAK} {TYPED} planned"))
        await joe.type_in(form, "post:place", room.id)
        await joe.type_in(form, "post:release", {"value": "JOBS-1"})
        self.heard.answers.append(Outcome(ok=True, body=await joe.submit(form)))
        await joe.open_home()
        await self._seen(lambda: joe.home)
        await self.settled()

    async def posted_at_the_lift(self) -> None:
        """One as its author wants it, one as a reviewer decides it; the reviewer's form is open while that happens."""
        [note, *_] = [each for each in self.written(self.joe) if _has(each, wording.POST)]
        self.heard.answers.append(await self.joe.click(note, wording.POST))
        card = next(each for each in self.written() if _has(each, wording.KEEP))
        self.heard.answers.append(await self.rev.click(card, wording.KEEP))
        view = await self._seen(lambda: self.rev.modal)
        await self.rev.type_in(view, REASON, "agreed with the producer")
        self.heard.answers.append(Outcome(ok=True, body=await self.rev.submit(view)))
        await self.settled()
        self.clock.set(self.lift + timedelta(seconds=1))
        await self.built.clerk.round()
        await self.settled()
        await self.built.postman.round()

    async def _seen(self, what: Callable[[], Any]) -> Any:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while what() is None:  # noqa: ASYNC110 - there is nothing to wait for but the fact
                await asyncio.sleep(0.02)
        return what()

    async def listen(self) -> None:
        """All that there is to see, afterwards."""
        store, heard = self.built.store, self.heard
        assert self.built.watched is not None
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.built.watched.port}") as client:
            heard.metrics = (await client.get("/metrics")).text + (await client.get("/readyz")).text
        heard.audit = "\n".join(str(each) for each in await store.audit(limit=100_000))
        held = [await store.get(each.id) for each in await store.listing(include_closed=True)]
        heard.kept = "\n".join(span.text for each in held for span in read(each.content, Limits()).spans)
        heard.shown = [[each.text, each.blocks, each.attachments] for each in self.written()]
        heard.shown += [self.slack.workspace.private]
        surfaces = self.slack.surfaces
        heard.shown += [each.shape for views in surfaces.modals.values() for each in views]
        heard.shown += [each.shape for each in surfaces.homes.values()]


def _has(message: Message, action: str) -> bool:
    return not message.tombstoned and f'"{action}"' in json.dumps(message.blocks)


def _lay_out(place: Path, slack: FakeSlack, lift: datetime, transport: str) -> Settings:
    rules = place / "rules"
    rules.mkdir()
    (rules / "rule.yaml").write_text(RULE)
    (rules / "releases.yaml").write_text(RELEASES.format(at=f"{lift:%Y-%m-%dT%H:%M:%SZ}"))
    (rules / "access.yaml").write_text(ACCESS)
    compliance = slack.channel("compliance", kind=Kind.PRIVATE)
    told = settings_of(place, slack, by_http=transport == "http", channel=compliance.id)
    return Settings.model_validate(
        {
            "hostname": "relay.example",
            "rules": str(rules),
            "store": str(place / "store.db"),
            "listeners": [{"port": 0}],
            "next_hop": {"hosts": ["127.0.0.1:1"]},
            "observe": {"port": 0},
            "notices": {"sender": "leakguard@stats.example", "contact": "desk@stats.example", "reviewers": [REVIEWER]},
            **told,
        }
    )


def _overheard(heard: Heard, patch: pytest.MonkeyPatch) -> None:
    """Every address of Slack's that we call, with what is in its query."""
    inner = Server._with_faults

    async def listening(
        self: Server, name: str, request: web.Request, answer: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        heard.asked.append(request.path_qs)
        return await inner(self, name, request, answer)

    patch.setattr(Server, "_with_faults", listening)


async def _story(place: Path, transport: str) -> Heard:
    heard, hop = Heard(), RecordingNextHop()
    now = datetime.now(UTC).replace(microsecond=0)
    clock = SetClock(now)
    time = SlackTime(scale=60, wall=lambda: clock.now().timestamp(), patience=1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "SmtpNextHop", lambda _settings: hop)
        _overheard(heard, patch)
        async with FakeSlack(time=time, policy=Policy(least_taken=0.0)) as slack:
            settings = _lay_out(place, slack, now + TO_LIFT, transport)
            built = await app.build(settings, clock, await SqliteStore.open(place / "store.db"))
            assert built.slack is not None
            await built.start()
            running = asyncio.ensure_future(built.slack.run())
            try:
                office = Office(built=built, slack=slack, clock=clock, lift=now + TO_LIFT, heard=heard)
                await office._seen(lambda: built.slack.is_open or None)
                await built.store.accounts.commit(
                    [AddAccount(account=Account(handle=REVIEWER, roles=frozenset({Role.REVIEWER}), created_at=now))]
                )
                await office.day()
                await office.listen()
                posted = [each for each in office.joe.reads(office.room) if "by LeakGuard" in each and BODY in each]
                assert sorted("planned" in each for each in posted) == [False, True]
            finally:
                await built.stop(10.0)
                await running
    heard.notices = [each.head + each.content for each in hop.taken if not each.envelope.mail_from]
    return heard


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_no_word_of_slack_is_anywhere_but_in_the_store(tmp_path: Path, transport: str) -> None:
    with all_logs() as log:
        heard = asyncio.run(_story(tmp_path, transport))
    heard.log = log.getvalue()

    leaks = [f"{word} in the {place}" for place, text in heard.places().items() for word in CANARIES if word in text]
    assert not leaks
    assert all(word in heard.kept for word in (BODY, CELL, NAME, FIGURE)), "that is where they are"
    assert '"slack.later"' in heard.log and '"ValueError"' in heard.log, "it crashed"
    assert heard.audit.count("PostRemoved") > 8
    assert "PostNotRemovable" in heard.audit
    assert "Delivered" in heard.audit, "one was posted at the lift"
    assert len(heard.notices) > 5
    assert len(heard.shown) > 10
    assert any("files-pri" in each for each in heard.asked)
