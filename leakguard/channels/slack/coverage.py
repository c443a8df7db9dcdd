"""Which channels are watched, which are not, and which are shared with another organisation, as Slack lists them.

Private channels and direct messages in which the app is not cannot be listed: nobody is told of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from leakguard.channels.slack.api import ApiUnavailable, SlackApi
from leakguard.channels.slack.audience import Kind
from leakguard.channels.slack.directory import kind_of
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.paging import TooManyPages, pages

_PAGE = 200
_MOST_PAGES = 500


class Seen(StrEnum):
    """Whether we see what is posted there."""

    WATCHED = "watched"
    UNWATCHED = "unwatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """name: for administrators only; never in a log or a metric. heads: as Slack counts them."""

    id: str
    name: str = field(default="", repr=False)
    kind: Kind
    is_member: bool
    is_shared: bool = False
    heads: int = 0

    @property
    def seen(self) -> Seen:
        return Seen.WATCHED if self.is_member else Seen.UNWATCHED

    @property
    def may_be_joined(self) -> bool:
        return self.kind is Kind.PUBLIC and not self.is_member


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """channels: those that are not archived, the most exposed first."""

    channels: tuple[Covered, ...] = ()

    @property
    def watched(self) -> tuple[str, ...]:
        return tuple(each.id for each in self.channels if each.is_member)

    @property
    def joinable(self) -> tuple[str, ...]:
        return tuple(each.id for each in self.channels if each.may_be_joined)

    @property
    def counts(self) -> Mapping[str, int]:
        """`watched` and `unwatched`, and of both those that are `shared`."""
        counted = {each.value: sum(channel.seen is each for channel in self.channels) for each in Seen}
        return counted | {"shared": sum(channel.is_shared for channel in self.channels)}


def coverage_of(told: Iterable[Mapping[str, Any]]) -> Coverage:
    found = [_covered(each) for each in told if not each.get("is_archived")]
    return Coverage(channels=tuple(sorted(found, key=_by_exposure)))


async def ask_coverage(api: SlackApi, limiter: Limiter, token: str) -> Coverage:
    """Raises ApiRefused; ApiUnavailable also where Slack lists without end."""

    async def one(asked: dict[str, str]) -> Mapping[str, Any]:
        return await limiter.run("conversations.list", (), lambda: api.call("conversations.list", token, **asked))

    told: list[Mapping[str, Any]] = []
    asked = {"types": "public_channel,private_channel,mpim,im", "exclude_archived": "true", "limit": str(_PAGE)}
    try:
        async for page in pages(one, asked, _MOST_PAGES):
            told += [each for each in page.get("channels") or () if isinstance(each, Mapping) and each.get("id")]
    except TooManyPages:
        raise ApiUnavailable("conversations.list has no end") from None
    return coverage_of(told)


def _covered(told: Mapping[str, Any]) -> Covered:
    kind, heads = kind_of(told), told.get("num_members")
    return Covered(
        id=str(told.get("id")),
        name=str(told.get("name") or ""),
        kind=kind,
        is_member=kind.is_between_people or bool(told.get("is_member")),
        is_shared=bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared")),
        heads=heads if isinstance(heads, int) else 0,
    )


def _by_exposure(channel: Covered) -> tuple[bool, bool, int, str]:
    return (not channel.is_shared, channel.kind is not Kind.PUBLIC, -channel.heads, channel.id)
