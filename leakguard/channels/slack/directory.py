"""Who is who in a workspace and who is where, as Slack says; remembered for a while, forgotten when it tells us to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from leakguard.channels.slack.api import ApiRefused, ApiUnavailable, SlackApi
from leakguard.channels.slack.audience import MOST_NAMED, Kind, Member, Place
from leakguard.channels.slack.authors import Authors, NobodyAgreed
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.paging import TooManyPages, pages
from leakguard.service.consents import TokenNotReady
from leakguard.service.ports import Clock

PEOPLE_SECONDS, PLACE_SECONDS = 3600.0, 300.0
LIST_SECONDS = 60.0
MOST_ASKED_ONE_BY_ONE = 20  # of a hundred that Slack tells in a minute
_PAGE = 200
_PEOPLE_PAGE, _MOST_PAGES = 1000, 10


@dataclass(slots=True, kw_only=True)
class Directory:
    """Raises ApiUnavailable when Slack does not answer, unless `gives_up`: then nobody is known.

    A place that our bot does not see is asked for with the token of somebody who agreed and is there.
    """

    api: SlackApi
    limiter: Limiter
    clock: Clock
    team: str
    token: str = field(repr=False)
    authors: Authors = field(default_factory=NobodyAgreed)
    _witnesses: dict[str, str] = field(default_factory=dict)
    _known: dict[str, tuple[float, Any]] = field(default_factory=dict)
    _asking: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def place(self, channel: str, *, gives_up: bool = False) -> Place:
        unknown = Place(team=self.team, channel=channel, kind=Kind.PRIVATE)
        found = await self._remembered(f"place {channel}", PLACE_SECONDS, lambda: self._place(channel), gives_up)
        return found if isinstance(found, Place) else unknown

    def seen_by(self, channel: str, person: str) -> None:
        """Slack told us something of this place on behalf of this person, who agreed to it."""
        self._witnesses[channel] = person

    async def people(self, ids: Iterable[str], *, gives_up: bool = False) -> Mapping[str, Member]:
        names = [each for each in dict.fromkeys(ids) if each]
        if sum(not self._knows(each) for each in names) > MOST_ASKED_ONE_BY_ONE:
            await self._remembered("list of people", LIST_SECONDS, self._list_people, gives_up=True)
        asked = (
            self._remembered(f"person {each}", PEOPLE_SECONDS, partial(self._member, each), gives_up) for each in names
        )
        found = await asyncio.gather(*asked)
        return {name: each for name, each in zip(names, found, strict=True) if isinstance(each, Member)}

    async def head_words(self, channel: str, what: str) -> str | None:
        """The channel's topic, purpose or name, as it is right now. None where Slack does not say."""
        try:
            told = (await self._call("conversations.info", channel=channel)).get("channel")
        except (ApiRefused, ApiUnavailable):
            return None
        found = told.get(what) if isinstance(told, Mapping) else None
        found = found.get("value") if isinstance(found, Mapping) else found
        return found if isinstance(found, str) else None

    def forget(self, person: str | None, place: str | None) -> None:
        """ "" is everybody, or every place."""
        for prefix, name in (("person ", person), ("place ", place)):
            if name is not None:
                gone = [each for each in self._known if each == prefix + name or (not name and each.startswith(prefix))]
                for each in gone:
                    del self._known[each]

    async def _remembered(
        self, key: str, seconds: float, ask: Callable[[], Awaitable[object]], gives_up: bool
    ) -> object:
        """At most one question about one thing at a time."""
        async with self._asking.setdefault(key, asyncio.Lock()):
            asked_at, found = self._known.get(key, (float("-inf"), None))
            if self.clock.seconds() - asked_at < seconds:
                return found
            try:
                found = await ask()
            except ApiRefused:
                return None
            except ApiUnavailable:
                if gives_up:
                    return None
                raise
            self._known[key] = (self.clock.seconds(), found)
            return found

    async def _call(self, method: str, token: str = "", **fields: str) -> Mapping[str, Any]:
        return await self.limiter.run(method, (), lambda: self.api.call(method, token or self.token, **fields))

    async def _page(self, method: str, token: str, asked: dict[str, str]) -> Mapping[str, Any]:
        return await self._call(method, token, **asked)

    async def _member(self, person: str) -> Member | None:
        user = (await self._call("users.info", user=person)).get("user")
        return member_of(user) if isinstance(user, Mapping) else None

    def _knows(self, person: str) -> bool:
        asked_at, _ = self._known.get(f"person {person}", (float("-inf"), None))
        return self.clock.seconds() - asked_at < PEOPLE_SECONDS

    async def _list_people(self) -> bool:
        """Many at a time: a leak before hundreds would stand for minutes if each were asked for."""
        with contextlib.suppress(TooManyPages):  # the others are asked for one by one
            async for page in pages(partial(self._page, "users.list", ""), {"limit": str(_PEOPLE_PAGE)}, _MOST_PAGES):
                for user in page.get("members") or ():
                    if isinstance(user, Mapping) and isinstance(user.get("id"), str):
                        self._known[f"person {user['id']}"] = (self.clock.seconds(), member_of(user))
        return True

    async def _place(self, channel: str) -> Place | None:
        try:
            return await self._place_by(channel)
        except ApiRefused as refused:
            witness = self._witnesses.get(channel, "")
            if refused.code != "channel_not_found" or not witness:
                raise
        try:
            token = await self.authors.token(witness)
        except TokenNotReady:
            raise ApiUnavailable("a token is being renewed") from None
        return await self._place_by(channel, token, witness) if token else None

    async def _place_by(self, channel: str, token: str = "", witness: str = "") -> Place | None:
        asked = {"channel": channel, "include_num_members": "true"}
        told = (await self._call("conversations.info", token, **asked)).get("channel")
        if not isinstance(told, Mapping):
            return None
        kind = kind_of(told)
        heads = told.get("num_members")
        return Place(
            team=self.team,
            channel=channel,
            kind=kind,
            members=() if kind is Kind.PUBLIC else await self._members(channel, token),
            heads=heads if isinstance(heads, int) else 0,
            is_shared=bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared")),
            witness=witness,
        )

    async def _members(self, channel: str, token: str) -> tuple[str, ...] | None:
        """As many as are ever named, and some more."""
        found: list[str] = []
        asked = {"channel": channel, "limit": str(_PAGE)}
        try:
            async for page in pages(partial(self._page, "conversations.members", token), asked):
                found += [each for each in page.get("members") or () if isinstance(each, str)]
                if len(found) > MOST_NAMED + 1:
                    break
        except ApiRefused:
            return None
        return tuple(found)


def kind_of(channel: Mapping[str, Any]) -> Kind:
    """What is not surely open, or surely between people, is private."""
    if channel.get("is_im"):
        return Kind.DIRECT
    if channel.get("is_mpim"):
        return Kind.GROUP
    is_open = channel.get("is_channel") and channel.get("is_private") is False and not channel.get("is_group")
    return Kind.PUBLIC if is_open else Kind.PRIVATE


def member_of(user: Mapping[str, Any]) -> Member:
    """A stranger keeps no address: the other organisation confirmed it, not ours."""
    profile = user.get("profile")
    email = profile.get("email") if isinstance(profile, Mapping) else None
    is_stranger = bool(user.get("is_stranger"))
    return Member(
        id=str(user.get("id", "")),
        team="" if is_stranger else str(user.get("team_id", "")),
        email=email if isinstance(email, str) and not is_stranger else "",
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_gone=bool(user.get("deleted")),
    )
