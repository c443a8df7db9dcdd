"""What is remembered of what was judged, so that telling it twice is judging it once, in whatever order it is told.

Rule of this file: only what was judged is remembered, and nothing of its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leakguard.channels.slack.events import Post
from leakguard.channels.slack.reading import digest_of, files_of, read_message
from leakguard.channels.slack.times import instant, stamp
from leakguard.model.inbox import Seen
from leakguard.service.inbox_ports import InboxStore

_OUT = "out "
_LAST = "9999999999"  # no edit is later than a deletion


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """is_judged: just this was judged before. until: it stood there no longer than until then, as we know already.

    That is known of an older version only: of the one that stands there, what is told may come by looking back, too.
    """

    is_judged: bool = False
    until: datetime | None = None


async def known(inbox: InboxStore, post: Post, digest: str) -> Known:
    out_at = await _out_at(inbox, post)
    if out_at is not None and out_at < post.seen_at:
        return Known()  # it was taken out, and stands there again
    if await inbox.seen(_version(post, digest)):
        return Known(is_judged=True)
    newest, _, since = (await inbox.seen(_newest(post))).partition(" ")
    version, latest, until = instant(post.version), instant(newest), instant(since)
    if version and latest and until and latest > version and until > post.seen_at:
        return Known(until=until)
    return Known(is_judged=await inbox.seen(post.place) == digest)


async def was_judged(inbox: InboxStore, post: Post, digest: str) -> bool:
    """While it stood there: also in part, and also where Slack tells the same version in other words now."""
    is_held = bool(await inbox.seen(_held(post)))
    return is_held or await inbox.seen(post.place) == _in_part(digest) or (await known(inbox, post, digest)).is_judged


async def was_out(inbox: InboxStore, post: Post) -> bool:
    """Its version was taken out after it was seen so: what Slack added meanwhile, such as a preview, went with it."""
    out_at = await _out_at(inbox, post)
    return out_at is not None and out_at >= post.seen_at


def seen_with(
    post: Post, digest: str, *, is_whole: bool, is_held: bool = False, out_at: datetime | None = None
) -> list[Seen]:
    """The post and its files. Of what was not read whole, only that it was there: told again, it is read again."""
    newest = [Seen(place=_newest(post), digest=f"{post.version} {stamp(post.seen_at)}")]
    became = f"{_OUT}{stamp(max(out_at, post.seen_at))}" if out_at is not None else "held"
    newest += [Seen(place=_held(post), digest=became)] if is_held else []
    if not is_whole:
        return [Seen(place=post.place, digest=_in_part(digest)), *newest]
    files = [
        Seen(place=file_place(post.team, post.channel, str(each["id"])), digest=file_digest(each))
        for each in files_of(post.content)
    ]
    return [Seen(place=post.place, digest=digest), Seen(place=_version(post, digest), digest=digest), *newest, *files]


def seen_over(post: Post, digest: str) -> list[Seen]:
    """Of what does not stand there any more, and has been judged."""
    return [Seen(place=_version(post, digest), digest=digest)]


def seen_gone(post: Post, until: datetime) -> Seen:
    """Whatever is told of it later stood there no longer than until then."""
    return Seen(place=_newest(post), digest=f"{_LAST} {stamp(until)}")


def digest_in(post: Post) -> str:
    """As it is remembered of a post that was judged."""
    return digest_of(read_message(post.content), list(files_of(post.content)))


def file_place(team: str, channel: str, file: str) -> str:
    return f"{team} {channel} file {file} "


def file_digest(told: Mapping[str, Any]) -> str:
    return digest_of(read_message({}), [told])


def shares_of(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Channel and ts of each message by which a file is shared, as `files.info` has it."""
    shares = told.get("shares")
    kinds = [each for each in shares.values() if isinstance(each, Mapping)] if isinstance(shares, Mapping) else []
    pairs = [(channel, each) for kind in kinds for channel, found in kind.items() for each in _listed(found)]
    return [(channel, str(each["ts"])) for channel, each in pairs if isinstance(each, Mapping) and each.get("ts")]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def channels_of(named: str, told: Mapping[str, Any]) -> list[str]:
    """Where a file is shared: where its event says, and everywhere else; a channel's own canvas is in that channel."""
    lists = (told.get(key) for key in ("channels", "groups", "ims"))
    others = [each for found in lists if isinstance(found, list) for each in found]
    every = dict.fromkeys([named, *others, told.get("linked_channel_id")])
    return [each for each in every if isinstance(each, str) and each]


async def _out_at(inbox: InboxStore, post: Post) -> datetime | None:
    return instant((await inbox.seen(_held(post))).removeprefix(_OUT))


def _version(post: Post, digest: str) -> str:
    return f"{post.place} {post.version} {digest}"


def _held(post: Post) -> str:
    return f"{post.place} {post.version} held"


def _newest(post: Post) -> str:
    return f"{post.place} newest"


def _in_part(digest: str) -> str:
    return f"in part {digest}"
