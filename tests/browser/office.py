"""The running program with everything around it: a next hop that keeps what arrives, people with accounts, and mail.

Rule of this file: the program is a process of its own, as people run it; only its accounts are made beside it.
"""

from __future__ import annotations

import asyncio
import re
import smtplib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from types import TracebackType
from typing import Self

from leakguard.clock import GuardedClock
from leakguard.demo.world import lay_out
from leakguard.model.account import Actor, Role
from leakguard.service.account_desk import AccountDesk
from leakguard.service.accounts import Accounts
from leakguard.service.own_account import OwnAccount
from leakguard.service.passwords import Argon2Passwords
from leakguard.service.throttle import Throttle
from leakguard.settings import read_settings
from leakguard.store.sqlite import SqliteStore
from tests.fakes.relay import Relay, free_port
from tests.fakes.sink import Arrival, Sink

PASSWORD = "correct horse battery"
PAT, CHRIS, OLI, ADA = "producer@stats.example", "cleared@dept.example", "outsider@dept.example", "ada@stats.example"
PEOPLE = {
    PAT: ("Pat Producer", (Role.REVIEWER, Role.APPROVER, Role.PRA_OFFICER, Role.AUDITOR)),
    CHRIS: ("Chris Cleared", (Role.REVIEWER, Role.APPROVER)),
    OLI: ("Oli Outsider", (Role.REVIEWER,)),
    ADA: ("Ada Admin", (Role.ADMINISTRATOR,)),
}
LEAK = "The labour market statistics are out today. Get ready to share the news on record employment!\n"
_REFERENCE = re.compile(r"\bas ([0-9a-z-]{8,})")


@dataclass(kw_only=True)
class Mailbox:
    """The next hop, in a thread of its own."""

    sink: Sink = field(default_factory=Sink)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def __enter__(self) -> Self:
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._run(self.sink.__aenter__())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._run(self.sink.__aexit__(kind, error, at))
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, story):
        return asyncio.run_coroutine_threadsafe(story, self._loop).result(10)

    def mail(self, to: str, sender: str | None = None) -> list[Arrival]:
        """What arrived for this address. sender: "" for notices of the program."""
        mine = [each for each in list(self.sink.arrivals) if to.encode() in each.rcpt_to]
        return [each for each in mine if sender is None or each.mail_from == sender.encode()]

    def notices(self, to: str, words: str) -> list[Arrival]:
        """Of the program, with these words."""
        return [each for each in self.mail(to, "") if words in " ".join(_text_of(each).split())]


def _text_of(arrival: Arrival) -> str:
    body = message_from_bytes(arrival.content, policy=SMTP).get_body(("plain",))
    return body.get_content() if body is not None else ""


@dataclass(kw_only=True)
class Office(Relay):
    """web: port of the pages. states: cookies of those who signed in before, by address."""

    mailbox: Mailbox
    web: int = field(default_factory=free_port)
    states: dict[str, object] = field(default_factory=dict)

    def lay_out(self) -> None:
        lay_out(self.folder, self.lift_at, self.port, self.next_hop, self.web)

    def start(self) -> None:
        in_a_thread(self._seat())
        super().start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.web}"

    async def _seat(self) -> None:
        store, clock = await SqliteStore.open(self.folder / read_settings(self.config).store), GuardedClock()
        desk = AccountDesk(store=store.accounts, clock=clock, actor=Actor(handle="root", is_console=True))
        accounts = Accounts(
            store=store.accounts, clock=clock, passwords=Argon2Passwords(), throttle=Throttle(clock.seconds)
        )
        for handle, (name, roles) in PEOPLE.items():
            _, code = await desk.create(handle, name, frozenset(roles))
            await OwnAccount(accounts=accounts).welcome(code, PASSWORD)
        await store.close()

    def send(self, sender: str, to: tuple[str, ...], content: bytes) -> str:
        """Through real SMTP. Returns the reference under which it is held, or "" when it went through."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as client:
            client.ehlo_or_helo_if_needed()
            client.mail(sender)
            for each in to:
                client.rcpt(each)
            code, said = client.data(content)
        assert code == 250, said
        found = _REFERENCE.search(said.decode()) if b"held" in said else None
        return found[1] if found else ""

    def leak(self, sender: str, to: tuple[str, ...] = ("bob@dept.example",), text: str = LEAK) -> str:
        """One held message of this sender, who must be new to be an item of its own."""
        return self.send(sender, to, mail(sender, "Stats day", text))


def mail(
    sender: str, subject: str, text: str, *, html: str = "", files: Mapping[str, tuple[bytes, str]] | None = None
) -> bytes:
    """files: content and type, by name."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, "team@dept.example", subject
    message.set_content(text, cte="8bit")
    if html:
        message.add_alternative(html, subtype="html", cte="base64")
    for name, (content, kind) in (files or {}).items():
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def in_a_thread(story) -> None:
    """A browser may have the loop of this one."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(story)
        except BaseException as problem:
            failed.append(problem)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def until(is_so: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def two_hours_from_now() -> datetime:
    return (datetime.now(UTC) + timedelta(hours=2)).replace(microsecond=0)


def opened(folder: Path, mailbox: Mailbox) -> Office:
    return Office(folder=folder, next_hop=mailbox.sink.port, lift_at=two_hours_from_now(), mailbox=mailbox)
