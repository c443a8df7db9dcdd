"""What the pages stand on: the use cases, and who is at the door. Made by app, once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog
from starlette.requests import Request

from leakguard.model.account import Actor
from leakguard.model.errors import StoreUnavailable
from leakguard.service.access_lists import AccessLists
from leakguard.service.accounts import Accounts
from leakguard.service.checking import Checking
from leakguard.service.consents import Consents
from leakguard.service.current import Current
from leakguard.service.desk import Desk
from leakguard.service.exposure import Calendar
from leakguard.service.incidents import Incidents
from leakguard.service.measures import SILENT, Measures
from leakguard.service.notices import Notices
from leakguard.service.ports import Clock, Previewer, Store
from leakguard.service.queue import Queue
from leakguard.service.reviewing import Reviewing
from leakguard.service.viewing import Viewing
from leakguard.web.entrances import Entrances
from leakguard.web.streams import Streams

log = structlog.get_logger("leakguard.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is signed in. csrf: the token that every form of theirs carries. session: for signing out.

    is_fresh: they gave their password a short while ago, as sending early asks for.
    ends_at: when the session ends if nothing is done.
    """

    actor: Actor
    csrf: str
    session: str = ""
    is_fresh: bool = True
    ends_at: datetime | None = None


class Doorkeeper(Protocol):
    async def visitor(self, request: Request, *, touch: bool) -> Visitor | None:
        """Who sent this request, or None when nobody is signed in. touch: it counts as being at work."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """origin: scheme and host that browsers know us by, such as https://review.stats.example.

    organisation: shown in the page's head. zone: for times that belong to no release. poke: called after every act.
    new_id: makes the references of incidents. own_domains: whoever is elsewhere is outside. consents: None where
    nobody can connect an account in Slack.
    """

    current: Current
    store: Store
    clock: Clock
    notices: Notices
    queue: Queue
    checking: Checking
    doorkeeper: Doorkeeper
    accounts: Accounts
    previewer: Previewer
    entrances: Entrances = field(default_factory=Entrances)
    origin: str
    organisation: str = ""
    zone: str = "Europe/London"
    poke: Callable[[], None] = lambda: None
    measures: Measures = SILENT
    new_id: Callable[[], str] = lambda: secrets.token_hex(6)
    own_domains: frozenset[str] = frozenset()
    consents: Consents | None = None
    streams: Streams = field(default_factory=Streams)

    @property
    def is_https(self) -> bool:
        return self.origin.startswith("https://")

    async def catch_up(self) -> None:
        """Know of an act that was just recorded. What cannot be read now is read later: the act itself stands."""
        try:
            await self.current.refresh(self.store)
            await self.queue.refresh()
        except StoreUnavailable as problem:
            log.warning("web.behind", problem=type(problem).__name__)

    def desk(self, actor: Actor) -> Desk:
        return Desk(store=self.store, book=self.current.book, clock=self.clock, actor=actor, poke=self.poke)

    def viewing(self, actor: Actor) -> Viewing:
        return Viewing(store=self.store, book=self.current.book, clock=self.clock, notices=self.notices, actor=actor)

    def reviewing(self, actor: Actor, seen: datetime | None = None) -> Reviewing:
        return Reviewing(
            store=self.store,
            book=self.current.book,
            clock=self.clock,
            notices=self.notices,
            actor=actor,
            seen=seen,
            measures=self.measures,
        )

    def access_lists(self, actor: Actor) -> AccessLists:
        return AccessLists(store=self.store, book=self.current.book, clock=self.clock, actor=actor)

    def incidents(self, actor: Actor) -> Incidents:
        calendar = Calendar(files=self.current.rulebook.book, own_domains=self.own_domains)
        return Incidents(store=self.store, calendar=calendar, clock=self.clock, actor=actor, new_id=self.new_id)
