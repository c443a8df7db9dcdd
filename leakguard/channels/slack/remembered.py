"""What is remembered of what was judged, so that telling it twice is judging it once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leakguard.channels.slack.events import Post
from leakguard.channels.slack.reading import digest_of, files_of, read_message
from leakguard.model.inbox import Seen


def seen_with(post: Post, digest: str, *, is_whole: bool) -> list[Seen]:
    """The post and its files. Of what was not read whole, only that it was there: told again, it is read again."""
    if not is_whole:
        return [Seen(place=post.place, digest=f"in part {digest}")]
    files = [
        Seen(place=file_place(post.team, post.channel, str(each["id"])), digest=file_digest(each))
        for each in files_of(post.content)
    ]
    return [Seen(place=post.place, digest=digest), *files]


def file_place(team: str, channel: str, file: str) -> str:
    return f"{team} {channel} file {file} "


def file_digest(told: Mapping[str, Any]) -> str:
    return digest_of(read_message({}), [told])


def channels_of(named: str, told: Mapping[str, Any]) -> list[str]:
    """Where a file is shared: where its event says, and everywhere else."""
    lists = (told.get(key) for key in ("channels", "groups", "ims"))
    others = [each for found in lists if isinstance(found, list) for each in found]
    return [each for each in dict.fromkeys([named, *others]) if isinstance(each, str) and each]
