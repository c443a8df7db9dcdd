"""An event of Slack -> what is to be done about it. Pure; what nobody knows is inspected.

Rule of this file: only what stands in _IGNORED is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from leakguard.channels.slack.times import instant

_IGNORED_SUBTYPES = frozenset(
    """channel_join channel_leave channel_archive channel_unarchive group_join group_leave group_archive
    group_unarchive ekm_access_denied message_replied tombstone""".split()
)
_IGNORED = frozenset(
    """app_home_opened channel_archive channel_unarchive channel_deleted group_archive group_unarchive
    group_deleted file_deleted file_unshared pin_added pin_removed reaction_added
    reaction_removed star_added star_removed dnd_updated user_huddle_changed user_status_changed url_verification
    link_shared message_metadata_deleted""".split()
)
THREAD_TO_READ = "thread_to_read"  # of an envelope; the ingress lets in those of events only
_FILES = frozenset({"file_shared", "file_created", "file_change", "file_public"})
_PLACES = frozenset(
    """channel_id_changed channel_shared channel_unshared channel_rename group_rename channel_converted""".split()
)
_COMING_AND_GOING = frozenset(
    """member_joined_channel member_left_channel channel_created channel_joined channel_left group_joined
    group_left""".split()
)
_PEOPLE = frozenset({"user_change", "user_profile_changed", "team_join", "subteam_members_changed", "subteam_updated"})
ALARMS = frozenset({"app_rate_limited", "app_uninstalled", "tokens_revoked", "scope_denied"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Who we are in this workspace: what our own app posts is not ours to inspect."""

    team: str
    user: str = ""
    bot: str = ""
    app: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message as it was at one instant. ts: its name in its channel, the same after an edit.

    seen_at: since when people could read it so, by Slack's clock. author: "" where nobody is named.
    version: Slack's name of its last edit, or its `ts`; previews, which Slack itself adds, make no version.
    """

    team: str
    channel: str
    ts: str
    author: str = ""
    author_team: str = ""
    bot: str = ""
    content: Mapping[str, Any] = field(repr=False)
    seen_at: datetime
    version: str = ""
    is_edit: bool = False

    @property
    def place(self) -> str:
        return f"{self.team} {self.channel} {self.ts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect:
    """before: what stood there until this edit. It is to be inspected too, when its own event has not come yet."""

    post: Post
    before: Post | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Its author, or we, took it away. It is still to be inspected when nobody saw it while it was there."""

    post: Post
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectFile:
    file: str
    channel: str = ""
    author: str = ""
    seen_at: datetime
    is_public_link: bool = False
    is_change: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadThread:
    """Our own word to ourselves, which no event of Slack can be: a post was taken out, and replies may be left."""

    team: str
    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """What we remember of this person or place may be wrong now; "" is everybody. alarm: people must hear of it."""

    person: str | None = None
    place: str | None = None
    alarm: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """missed_until: where Slack dropped events, until when at least."""

    kind: str
    missed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A post of our own app: not ours to inspect, and a sign that we hear."""

    channel: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A channel that is new in the workspace, or new to us; is_ours: we are in it now. named: the name of a new one."""

    channel: str
    is_ours: bool
    named: Post | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """Tokens were taken from us: those of these people, and perhaps the bot's; where nobody is named, it counts so."""

    people: tuple[str, ...] = ()
    has_bot: bool = False


@dataclass(frozen=True, slots=True)
class Ignore:
    kind: str


Todo = Inspect | Gone | InspectFile | ReadThread | Forget | Alarm | Revoked | Ours | Arrived | Ignore


def todo(envelope: Mapping[str, Any], own: Own) -> Todo:
    event = _mapping(envelope.get("event"))
    if envelope.get("type") == THREAD_TO_READ:
        team = _text(envelope.get("team_id"))
        return ReadThread(team=team, channel=_place_of(event), ts=_text(event.get("ts")))
    kind = _text(event.get("type")) or _text(envelope.get("type"))
    if kind in ALARMS:
        return _of_blindness(kind, envelope, event)
    if kind in _FILES:
        return _of_file(kind, envelope, event)
    if kind in _PLACES:
        return Forget(place=_place_of(event), alarm=kind if kind == "channel_shared" else "")
    if kind in _COMING_AND_GOING:
        return _of_coming_and_going(kind, event, own)
    if kind in _PEOPLE:
        return Forget(person=_id_of(event.get("user")) if kind != "subteam_members_changed" else "")
    if kind in _IGNORED:
        return Ignore(kind)
    return _of_message(kind, envelope, event, own)


def _of_blindness(kind: str, envelope: Mapping[str, Any], event: Mapping[str, Any]) -> Todo:
    if kind == "tokens_revoked":
        tokens = _mapping(event.get("tokens"))
        return Revoked(people=_texts(tokens.get("oauth")), has_bot=bool(tokens.get("bot")) or not tokens.get("oauth"))
    minute = instant(str(envelope.get("minute_rate_limited")))
    return Alarm(kind, minute + timedelta(minutes=1) if minute else None)


def _of_coming_and_going(kind: str, event: Mapping[str, Any], own: Own) -> Todo:
    """A bot is told of itself by either of two events; both mean the same."""
    channel, is_us = _place_of(event), not kind.startswith("member_") or _id_of(event.get("user")) == own.user
    if kind == "channel_created":
        return Arrived(channel=channel, is_ours=False, named=_named(own.team, channel, event))
    if is_us and kind.endswith(("joined", "joined_channel")):
        return Arrived(channel=channel, is_ours=True)
    return Forget(place=channel, alarm="left_channel" if is_us else "")


def seen_for(envelope: Mapping[str, Any]) -> tuple[str, str]:
    """(a channel, the person on whose behalf Slack tells us of it); ("", "") where it tells our bot."""
    told = envelope.get("authorizations")
    first = _mapping(told[0]) if isinstance(told, list) and told else {}
    channel, person = _place_of(_mapping(envelope.get("event"))), _text(first.get("user_id"))
    return (channel, person) if channel and person and first.get("is_bot") is False else ("", "")


def _named(team: str, channel: str, event: Mapping[str, Any]) -> Post | None:
    """The name of a new channel, which everybody in the workspace can read, as if a message told of it."""
    told = _mapping(event.get("channel"))
    seen_at = instant(event.get("event_ts")) or instant(str(told.get("created")))
    if seen_at is None:
        return None
    content = {"subtype": "channel_name", "name": _text(told.get("name"))}
    return Post(team=team, channel=channel, ts="", author=_id_of(told.get("creator")), content=content, seen_at=seen_at)


def lane_of(envelope: Mapping[str, Any]) -> str:
    """What must be dealt with in order: all that happens to one message, or to one file."""
    event = _mapping(envelope.get("event"))
    team = _text(envelope.get("team_id"))
    channel = _place_of(event)
    ts = _text(_mapping(event.get("message")).get("ts")) or _text(event.get("deleted_ts")) or _text(event.get("ts"))
    if channel and ts:
        return f"{team} {channel} {ts}"
    file = _text(event.get("file_id")) or _id_of(event.get("file"))
    return f"{team} file {file}" if file else f"{team} {_text(event.get('type')) or 'other'}"


def _of_message(kind: str, envelope: Mapping[str, Any], event: Mapping[str, Any], own: Own) -> Todo:
    subtype = _text(event.get("subtype"))
    if subtype in _IGNORED_SUBTYPES:
        return Ignore(subtype)
    team = _text(envelope.get("team_id")) or own.team
    if subtype == "message_deleted":
        return _of_deletion(team, event, _text(event.get("deleted_ts")), own)
    if subtype == "message_changed":
        return _of_change(team, event, own)
    post = _post(team, event, event)
    if post is None:
        return Alarm("slack_event_unknown")
    if _is_own(event, own):
        return Ours(channel=post.channel, text=_text(event.get("text")))
    return Inspect(post=post)


def _of_change(team: str, event: Mapping[str, Any], own: Own) -> Todo:
    message = _mapping(event.get("message"))
    if _text(message.get("subtype")) == "tombstone":
        return _of_deletion(team, event, _text(message.get("ts")), own)
    post = _post(team, event, message, changed_at=instant(event.get("event_ts")))
    if post is None:
        return Alarm("slack_event_unknown")
    if _is_of_ours(message, own):
        return Ignore("own")
    return Inspect(post=post, before=_post(team, event, _mapping(event.get("previous_message"))))


def _of_deletion(team: str, event: Mapping[str, Any], ts: str, own: Own) -> Todo:
    before = _mapping(event.get("previous_message"))
    gone = _post(team, event, {"ts": ts, **before})
    if gone is None or not before or _is_of_ours(before, own):
        return Ignore("own" if _is_of_ours(before, own) else "gone")
    return Gone(post=gone, until=instant(event.get("event_ts")) or instant(event.get("ts")) or gone.seen_at)


def _post(
    team: str, event: Mapping[str, Any], message: Mapping[str, Any], *, changed_at: datetime | None = None
) -> Post | None:
    """changed_at: of an edit that is told of right now."""
    channel, ts = _place_of(event), _text(message.get("ts"))
    posted_at = instant(ts)
    if not channel or posted_at is None:
        return None
    edited = _text(_mapping(message.get("edited")).get("ts"))
    edited_at = instant(edited) or posted_at  # in whole seconds, unlike `ts`
    return Post(
        team=team,
        channel=channel,
        ts=ts,
        author=_id_of(message.get("user")),
        author_team=_text(message.get("user_team")) or _text(message.get("team")),
        bot=_text(message.get("bot_id")),
        content=message,
        seen_at=changed_at or max(edited_at, posted_at),
        version=edited or ts,
        is_edit=changed_at is not None,
    )


def _of_file(kind: str, envelope: Mapping[str, Any], event: Mapping[str, Any]) -> Todo:
    file = _text(event.get("file_id")) or _id_of(event.get("file"))
    moment = envelope.get("event_time")
    at = instant(event.get("event_ts")) or instant(str(moment))
    if not file or at is None:
        return Alarm("slack_event_unknown")
    return InspectFile(
        file=file,
        channel=_place_of(event),
        author=_text(event.get("user_id")) or _id_of(event.get("user")),
        seen_at=at,
        is_public_link=kind == "file_public",
        is_change=kind == "file_change",
    )


def _is_of_ours(message: Mapping[str, Any], own: Own) -> bool:
    """Whether nobody else can have changed it. What we posted as a person, that person can write over."""
    return _is_own(message, own) and _id_of(message.get("user")) in ("", own.user)


def _is_own(message: Mapping[str, Any], own: Own) -> bool:
    pairs = ((own.user, "user"), (own.bot, "bot_id"), (own.app, "app_id"))
    return any(mine and message.get(key) == mine for mine, key in pairs)


def _place_of(event: Mapping[str, Any]) -> str:
    return _id_of(event.get("channel")) or _text(event.get("channel_id"))


def _id_of(value: object) -> str:
    """Events name a thing, or carry it with its id."""
    return _text(value.get("id")) if isinstance(value, Mapping) else _text(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
