"""One small office: two releases, a producer, a cleared reader, strangers; every part real but the next hop and time.

A message names in its text what a rule would find: `LMS` or `CPI` give that release away, `UNREAD` is a gap.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from leakguard.clock import SetClock
from leakguard.delivery.postman import Postman
from leakguard.model.account import Actor
from leakguard.model.content import Confidence, Finding, Gap, GapKind, Scope, Verdict
from leakguard.model.decision import Action
from leakguard.model.embargo import Basis, Book, Grant, LiftMode, Person, Release
from leakguard.model.held import HeldMessage
from leakguard.model.ids import PersonId, ReleaseId, RuleId
from leakguard.model.message import Channel, Direction, Envelope, Message, Recipient
from leakguard.policy import Policy
from leakguard.rulebook import Rulebook
from leakguard.service.checking import Checking
from leakguard.service.clerk import Clerk
from leakguard.service.current import Current
from leakguard.service.desk import Desk
from leakguard.service.gate import Gate
from leakguard.service.notices import Notices, NoticeSettings
from leakguard.service.pace import Pace
from leakguard.service.ports import Reply
from leakguard.service.reviewing import UNDO, Reviewing
from leakguard.service.stamp import Stamp
from leakguard.store.memory import MemoryStore
from tests.fakes.next_hop import RecordingNextHop, Taken

T = datetime(2031, 3, 18, 9, 30, tzinfo=UTC)
EARLY = T - timedelta(minutes=8)
MS = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)

PRODUCER = "producer@stats.example"
CLEARED = "cleared@dept.example"
HALF = "half@dept.example"  # may have LMS only
JOE = "joe@dept.example"
AMY = "amy@news.example"


def release(series: str, at: datetime = T, **changes: object) -> Release:
    fields = {
        "id": ReleaseId(f"{series.upper()}-2031-03"),
        "title": f"{series.upper()}, March 2031",
        "series": series,
        "release_at": at,
        "zone": "Europe/London",
        "pre_release_from": at - timedelta(days=1),
    }
    return Release(**(fields | changes))  # type: ignore[arg-type]


LMS, CPI = release("lms"), release("cpi", T + timedelta(hours=1))
ON_CONFIRMATION = replace(LMS, lift=LiftMode.ON_CONFIRMATION)


def book(*releases: Release, digest: str = "book-1") -> Book:
    people = {
        "producer": (PRODUCER, Basis.PRODUCTION),
        "cleared": (CLEARED, Basis.PRE_RELEASE),
        "half": (HALF, Basis.PRE_RELEASE),
    }
    return Book(
        releases={each.id: each for each in releases},
        people={PersonId(name): Person(id=PersonId(name), handles=(at,)) for name, (at, _) in people.items()},
        grants={
            (PersonId(name), each.id): (Grant(person=PersonId(name), release=each.id, basis=basis),)
            for name, (_, basis) in people.items()
            for each in releases
            if name != "half" or each.series == "lms"
        },
        handles={at: PersonId(name) for name, (at, _) in people.items()},
        digest=digest,
    )


def rulebook(*releases: Release, digest: str = "book-1") -> Rulebook:
    return Rulebook(book=book(*releases, digest=digest), rules=(), detector=None, digest=digest)  # type: ignore[arg-type]


def finding(series: str, confidence: Confidence = Confidence.HIGH) -> Finding:
    return Finding(
        rule=RuleId(f"uk.{series}"),
        id="direction",
        title="direction",
        scope=Scope(series=series),
        confidence=confidence,
        part="1",
        place="body",
        text="secret words",
    )


@dataclass
class WordInspector:
    """Finds what a message names. blind: releases it no longer knows a rule for. fails: raised instead."""

    digest: str = "book-1"
    blind: frozenset[str] = frozenset()
    fails: Exception | None = None
    gap: GapKind | None = None
    calls: int = 0

    async def inspect(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        self.calls += 1
        if self.fails is not None:
            raise self.fails
        if self.gap is not None:
            return Verdict(gaps=(Gap(part="message", kind=self.gap),), rulebook=self.digest)
        found = [
            finding(name) for name in ("lms", "cpi") if name.upper().encode() in content and name not in self.blind
        ]
        found += [finding("lms", Confidence.LOW)] if b"HINT" in content else []
        gaps = (Gap(part="2", kind=GapKind.ENCRYPTED),) if b"UNREAD" in content else ()
        return Verdict(findings=tuple(found), gaps=gaps, rulebook=self.digest)


def mail(text: str, subject: str = "minutes", extra: str = "") -> bytes:
    return f"From: somebody@x.example\r\nSubject: {subject}\r\n{extra}\r\n{text}\r\n".encode()


def _at_console(name: str) -> Actor:
    return Actor(handle=name, is_console=True)


@dataclass(kw_only=True)
class World:
    rulebook: Rulebook = field(default_factory=lambda: rulebook(LMS, CPI))
    clock: SetClock = field(default_factory=lambda: SetClock(EARLY))
    store: MemoryStore = field(default_factory=MemoryStore)
    hop: RecordingNextHop = field(default_factory=RecordingNextHop)
    inspector: WordInspector = field(default_factory=WordInspector)
    settings: NoticeSettings = field(default_factory=lambda: NoticeSettings(contact="desk@stats.example"))
    actions: Mapping[Confidence, Action] = field(default_factory=dict)
    poked: int = 0

    def __post_init__(self) -> None:
        self.current = Current(self.rulebook)
        self.stamp = Stamp(b"s" * 32)
        self.notices = Notices(self.settings, self.stamp)
        self.policy = Policy(actions={**Policy().actions, **self.actions})
        self._ids = itertools.count(1)
        self.clerk = self.new_clerk("clerk-1")
        self.gate = Gate(
            inspector=self.inspector,
            current=self.current,
            store=self.store,
            clock=self.clock,
            policy=self.policy,
            notices=self.notices,
            new_id=lambda: f"ref{next(self._ids)}",
            poke=self._poke,
        )
        self.postman = Postman(
            store=self.store,
            next_hop=self.hop,
            clock=self.clock,
            stamp=self.stamp,
            sender="leakguard@stats.example",
            contact="desk@stats.example",
            hostname="relay.example",
        )

    def _poke(self) -> None:
        self.poked += 1

    def new_clerk(self, worker: str) -> Clerk:
        return Clerk(
            store=self.store,
            current=self.current,
            next_hop=self.hop,
            inspector=self.inspector,
            clock=self.clock,
            policy=self.policy,
            notices=self.notices,
            worker=worker,
        )

    def checking(self, most: int = 30) -> Checking:
        return Checking(
            inspector=self.inspector,
            current=self.current,
            clock=self.clock,
            policy=self.policy,
            pace=Pace(clock=self.clock.seconds, most=most),
            largest=100_000,
        )

    def desk(self, actor: str = "dee@stats.example") -> Desk:
        return Desk(store=self.store, book=self.current.book, clock=self.clock, actor=_at_console(actor))

    def console(self, actor: str = "dee@stats.example") -> Reviewing:
        """Decisions of the command line: one person, at once."""
        return self.reviewing(_at_console(actor), undo=timedelta())

    def reviewing(self, actor: Actor, undo: timedelta = UNDO) -> Reviewing:
        return Reviewing(
            store=self.store,
            book=self.current.book,
            clock=self.clock,
            notices=self.notices,
            actor=actor,
            undo=undo,
        )

    async def submit(
        self, content: bytes | str, *, sender: str = JOE, to: Sequence[str] = (AMY,), direction: str = "outbound"
    ) -> Reply:
        """As the door does it: the transaction with the next hop is open, and every recipient accepted."""
        transaction, _ = await self.hop.begin(sender, "")
        assert transaction is not None
        recipients = tuple(Recipient(address=each) for each in to)
        await transaction.rcpts(recipients)
        message = Message(
            id=f"msg{next(self._ids)}",
            envelope=Envelope(mail_from=sender, recipients=recipients),
            content=mail(content) if isinstance(content, str) else content,
            head=b"Received: by relay.example\r\n",
            direction=Direction(direction),
            received_at=self.clock.now(),
            client="192.0.2.1",
        )
        return await self.gate.submit(message, transaction)

    async def all_held(self) -> list[HeldMessage]:
        return [await self.store.get(each.id) for each in reversed(await self.store.listing(include_closed=True))]

    async def held(self) -> HeldMessage:
        [only] = await self.all_held()
        return only

    async def states(self) -> dict[str, str]:
        return {each.recipient.address: each.state.value for each in (await self.held()).recipients}

    async def events(self) -> list[str]:
        return [entry.kind for entry in await self.store.audit()]

    async def told(self) -> list[str]:
        """Subjects of all notices, in order, without their references."""
        due = await self.store.notices_due(datetime(9999, 1, 1, tzinfo=UTC), 1000)
        return [each.subject.partition(" (")[0] for each in due]

    async def texts(self) -> list[str]:
        due = await self.store.notices_due(datetime(9999, 1, 1, tzinfo=UTC), 1000)
        return [each.text for each in due]

    async def at(self, when: datetime) -> None:
        """Let it be then, and the clerk have its round."""
        self.clock.set(when)
        await self.clerk.round()

    def delivered(self) -> list[Taken]:
        return self.hop.taken

    def delivered_to(self) -> list[str]:
        return [each.address for taken in self.hop.taken for each in taken.envelope.recipients]


async def until(is_so) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - there is nothing to wait for but the fact
            await asyncio.sleep(0.001)
