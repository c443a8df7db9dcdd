"""Sends notices: null sender, stamped, marked as automatic, so that nothing answers them and no loop begins.

ref: RFC 3834 section 5 (Auto-Submitted), RFC 5321 section 4.5.5 (null reverse-path)
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import structlog

from leakguard.model.errors import StoreUnavailable
from leakguard.model.message import Envelope, Recipient
from leakguard.model.notice import Notice
from leakguard.service.ports import Clock, NextHop, Store
from leakguard.service.sending import send_copies
from leakguard.service.stamp import HEADER, Stamp

log = structlog.get_logger("leakguard.postman")

_REST_SECONDS = 5.0
_GIVE_UP_AFTER = 20
_LONGEST_WAIT = 900


@dataclass(slots=True, kw_only=True)
class Postman:
    """sender: the address notices come from. contact: where answers go. hostname: for Message-ID.

    rounds_at: Clock.seconds() when it last turned or tried a notice.
    """

    store: Store
    next_hop: NextHop
    clock: Clock
    stamp: Stamp
    sender: str
    contact: str
    hostname: str
    poked: asyncio.Event = field(default_factory=asyncio.Event)
    rounds_at: float = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.round()
            except StoreUnavailable:
                log.error("postman.store_unavailable")
            except Exception as problem:  # noqa: BLE001 - notices must not end with one that fails
                log.error("postman.crashed", problem=type(problem).__name__, alarm=True)
            self.rounds_at = self.clock.seconds()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_REST_SECONDS):
                    await self.poked.wait()
            self.poked.clear()

    async def round(self) -> None:
        """Send every notice that is due."""
        while due := await self.store.notices_due(self.clock.now(), 50):
            for notice in due:
                self.rounds_at = self.clock.seconds()
                claimed = _later(notice, self.clock.now())  # first: a store that cannot write must not send it for ever
                await self.store.notice_saved(claimed)
                await self.store.notice_saved(await self._sent(claimed))

    async def _sent(self, notice: Notice) -> Notice:
        """The notice after one try. One that cannot be sent at all must not hold up the others."""
        try:
            return await self._tried(notice)
        except Exception as problem:  # noqa: BLE001 - whatever is wrong with it, it is wrong with this one only
            log.error("notice.failed", notice=notice.id, problem=type(problem).__name__, alarm=True)
            return notice

    async def _tried(self, notice: Notice) -> Notice:
        envelope = Envelope(mail_from="", recipients=tuple(Recipient(address=each) for each in notice.to))
        content = compose(notice, self.sender, self.contact, self.hostname, self.stamp)
        replies = await send_copies(self.next_hop, envelope, b"", content)
        now = self.clock.now()
        if any(not each.is_positive and not each.is_permanent for each in replies.values()):
            return notice
        if not all(each.is_positive for each in replies.values()):
            log.warning("notice.refused", notice=notice.id, code=min(each.summary for each in replies.values()))
        return replace(notice, sent_at=now)


def _later(notice: Notice, now: datetime) -> Notice:
    """To be tried again, later and later; after the last try it counts as sent."""
    attempts = notice.attempts + 1
    if attempts >= _GIVE_UP_AFTER:
        log.warning("notice.given_up", notice=notice.id, attempts=attempts)
        return replace(notice, attempts=attempts, sent_at=now)
    wait = timedelta(seconds=min(5 * 2**attempts, _LONGEST_WAIT))
    return replace(notice, attempts=attempts, next_try_at=now + wait)


def compose(notice: Notice, sender: str, contact: str, hostname: str, stamp: Stamp) -> bytes:
    """The notice as a message, with CRLF line ends and the stamp over its body."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"LeakGuard <{sender}>"
    message["To"] = ", ".join(notice.to)
    message["Reply-To"] = contact
    message["Subject"] = notice.subject
    message["Date"] = format_datetime(_whole_seconds(notice.created_at))
    message["Message-ID"] = f"<{notice.id}@{hostname}>"
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(notice.text, charset="utf-8", cte="quoted-printable")
    message[HEADER] = stamp.of(message.as_bytes())
    return message.as_bytes()


def _whole_seconds(time: datetime) -> datetime:
    return time.replace(microsecond=0)
