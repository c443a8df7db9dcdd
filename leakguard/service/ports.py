"""What the use cases need from the outside world, where there are two of the thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from leakguard.model.content import Verdict
from leakguard.model.events import Act, Event
from leakguard.model.held import HeldMessage
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.message import Channel, Direction, Envelope, Recipient
from leakguard.model.notice import Notice
from leakguard.model.preview import Frame, Preview, Wanted
from leakguard.service.account_ports import AccountStore
from leakguard.service.card_ports import CardStore
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.record_ports import RecordStore
from leakguard.service.vault_ports import VaultStore

_ENHANCED = re.compile(rb"\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?: |$)")


class Clock(Protocol):
    """The time that decisions may trust: never ahead of the truth as far as anybody can tell."""

    def now(self) -> datetime: ...

    def seconds(self) -> float:
        """A monotonic count, for durations only."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """An SMTP reply as it came, word for word. lines: without CRLF, each with its code and separator."""

    code: int
    lines: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(cls, code: int, text: str) -> Reply:
        """A reply of our own, one line; `text` begins with the enhanced code."""
        return cls(code, (f"{code} {text}".encode(),))

    @property
    def is_positive(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_permanent(self) -> bool:
        return 500 <= self.code < 600

    @property
    def wire(self) -> bytes:
        return b"".join(line + b"\r\n" for line in self.lines)

    @property
    def summary(self) -> str:
        """Code and enhanced code only ("550 5.1.1"): safe for logs, since reply texts may quote a message."""
        match = _ENHANCED.match(self.lines[-1]) if self.lines else None
        return f"{self.code} {match[1].decode()}" if match else str(self.code)


class Transaction(Protocol):
    """One mail transaction open with the next hop: MAIL accepted, recipients being added."""

    async def rcpt(self, recipient: Recipient) -> Reply:
        """Offer one recipient. Raises NextHopUnavailable."""
        ...

    async def rcpts(self, recipients: Sequence[Recipient]) -> tuple[Reply, ...]:
        """Offer several at once (pipelined where the next hop allows). Raises NextHopUnavailable."""
        ...

    async def data(self, head: bytes, content: bytes) -> Reply:
        """Send head + content to every recipient accepted; returns the next hop's final reply and ends the transaction.

        content is not dot-stuffed. Raises NextHopUnavailable when the data was surely not taken,
        ReplyUnknown when it may have been.
        """
        ...

    async def restart(self, envelope: Envelope) -> Reply:
        """RSET, MAIL and RCPT anew for exactly these recipients; the first reply that is not positive, else the last.

        Raises NextHopUnavailable.
        """
        ...

    async def abandon(self) -> None:
        """End the transaction without data and give the connection back. Never raises."""
        ...


class NextHop(Protocol):
    async def begin(self, mail_from: str, mail_params: str) -> tuple[Transaction | None, Reply]:
        """Offer MAIL on a fresh or pooled connection: the open transaction and the reply, or (None, refusal).

        Raises NextHopUnavailable.
        """
        ...

    async def extensions(self) -> frozenset[str]:
        """EHLO keywords the next hop offers, upper case with arguments ("SIZE 52428800"). Raises NextHopUnavailable."""
        ...

    async def close(self) -> None: ...


class Poster(Protocol):
    async def post(self, held: HeldMessage) -> Reply:
        """Put a held post up, as its author where that is allowed. Never raises: 4xx when it may be tried again, 5xx
        when it never can be posted.
        """
        ...


class Inspector(Protocol):
    async def inspect(self, content: bytes, direction: Direction, channel: Channel) -> Verdict:
        """Findings and gaps under the active rulebook. Never raises for what is in the content: that is a gap."""
        ...


class Previewer(Protocol):
    async def preview(self, content: bytes, verdict: Verdict, wanted: Wanted) -> Preview:
        """What a reviewer is shown of a message. Never raises for what is in the content: the preview says so."""
        ...

    async def frame(self, content: bytes, number: int) -> Frame:
        """An HTML body without anything that acts or loads. Serve it under its sandbox policy only."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit: seq rises; kind: the event's type name; body: its fields as JSON values."""

    seq: int
    at: datetime
    kind: str
    actor: str
    held: HeldId | None
    body: dict[str, object]

    def text(self, name: str) -> str:
        """A field of the event; "" where it has none of that name."""
        return str(self.body.get(name) or "")

    def texts(self, name: str) -> tuple[str, ...]:
        """A field that holds several; () where it has none of that name."""
        values = self.body.get(name)
        return tuple(map(str, values)) if isinstance(values, list | tuple) else ()


class Outbox(Protocol):
    async def tell(self, notices: Sequence[Notice]) -> None:
        """Keep notices that are about no held message, until they are sent. Raises StoreUnavailable."""
        ...


class Store(Outbox, Protocol):
    """Held messages, audit and outbox. Whatever a call takes is committed and fsynced when it returns.

    Every method raises StoreUnavailable when the store did not answer; then nothing was recorded.
    """

    @property
    def records(self) -> RecordStore:
        """Incidents, and the audit by kind, in the same file."""
        ...

    @property
    def inbox(self) -> InboxStore:
        """What doors were told and have acknowledged, in the same file."""
        ...

    @property
    def vault(self) -> VaultStore:
        """Sealed tokens of people who agreed, in the same file."""
        ...

    @property
    def cards(self) -> CardStore:
        """What people in Slack were shown of held posts, in the same file."""
        ...

    @property
    def accounts(self) -> AccountStore:
        """Beside them, in the same file."""
        ...

    async def hold(self, held: HeldMessage, events: Sequence[Event], notices: Sequence[Notice]) -> HeldMessage:
        """Keep a new message. The same key again records nothing and returns what is already there."""
        ...

    async def get(self, held_id: HeldId) -> HeldMessage:
        """With its content. Raises NotFound."""
        ...

    async def outline(self, held_id: HeldId) -> HeldMessage:
        """Without its content (b""), which may be large; with its head. It can be saved. Raises NotFound."""
        ...

    async def save(
        self, held: HeldMessage, events: Sequence[Event], notices: Sequence[Notice], unsaid: Sequence[str] = ()
    ) -> HeldMessage:
        """Replace what can change (recipients, verdict, review, lease) if `held.revision` is still the stored one.

        unsaid: dedupe keys of notices that shall not be sent after all.
        Returns it with the next revision. Raises NotFound; Stale, also when such a notice has left. Content, envelope
        and key never change.
        """
        ...

    async def drop_pending(self, held: HeldMessage) -> None:
        """Forget a message whose copies are all PENDING: the client keeps it. Raises Stale, NotFound."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[HeldId, ...]:
        """Open messages whose wake_at is now or past and that nobody leases, earliest first."""
        ...

    async def next_wake(self) -> datetime | None:
        """The earliest wake_at of any open message (or end of its lease, when leased)."""
        ...

    async def open_messages(self) -> tuple[HeldMessage, ...]:
        """All messages with an open copy, oldest first, without content and head (b"")."""
        ...

    async def listing(self, *, include_closed: bool = False, limit: int = 1000) -> tuple[HeldMessage, ...]:
        """For people: newest first, without content and head (b"")."""
        ...

    async def changed_since(self, mark: int, limit: int) -> tuple[int, tuple[HeldMessage, ...]]:
        """Messages kept or changed after `mark` (0: from the beginning), earliest change first, without content and
        head (b""); and the mark of the last. Each change gives a message a new mark, in the order of the commits.
        """
        ...

    async def record(self, events: Sequence[Event]) -> None:
        """Append to the audit."""
        ...

    async def acts(self) -> tuple[Act, ...]:
        """Every operator's act ever recorded, in order."""
        ...

    async def audit(self, *, after: int = 0, held: HeldId | None = None, limit: int = 1000) -> tuple[AuditEntry, ...]:
        """Audit lines with seq > after, in order."""
        ...

    async def audit_between(
        self, since: datetime, until: datetime, kinds: Collection[str], *, after: int = 0, limit: int = 1000
    ) -> tuple[AuditEntry, ...]:
        """Audit lines of these kinds with since <= at < until, by time. Of the instant `since` only with seq > after:
        to read on, ask again with `at` and `seq` of the last line.
        """
        ...

    async def open_copies(self) -> Mapping[ReleaseId, int]:
        """How many copies still in our hands each release holds. Cheap: asked every few seconds."""
        ...

    async def notices_due(self, now: datetime, limit: int) -> tuple[Notice, ...]:
        """Unsent notices whose next_try_at is now or past."""
        ...

    async def notice_saved(self, notice: Notice) -> None:
        """Record attempts, next_try_at and sent_at of a notice."""
        ...

    async def version(self) -> int:
        """A number that changes whenever any process changed the store. Cheap: asked several times a second."""
        ...

    async def secret(self) -> bytes:
        """32 random bytes, made once for this store; signs our own notices."""
        ...

    async def close(self) -> None: ...
