"""One event of the inbox: read, judged, kept, taken out, written down; and only then done.

Rule of this file: whatever happens twice does no harm, since a crash may come after any line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from leakguard.channels.slack.account import Scene, not_removable, removed, told_of
from leakguard.channels.slack.alarms import Alarms
from leakguard.channels.slack.api import ApiRefused, ApiUnavailable
from leakguard.channels.slack.audience import direction_of, envelope_of
from leakguard.channels.slack.composing import compose
from leakguard.channels.slack.directory import Directory
from leakguard.channels.slack.events import (
    Alarm,
    Arrived,
    Forget,
    Gone,
    Inspect,
    InspectFile,
    Ours,
    Own,
    Post,
    ReadThread,
    Revoked,
    Todo,
    seen_for,
    todo,
)
from leakguard.channels.slack.files import Files, links_of
from leakguard.channels.slack.reading import files_of, read_message
from leakguard.channels.slack.remembered import (
    channels_of,
    digest_in,
    file_digest,
    file_place,
    known,
    seen_gone,
    seen_over,
    seen_with,
    shares_of,
    was_judged,
    was_out,
)
from leakguard.channels.slack.removing import Remover
from leakguard.channels.slack.reported import Report, report_in
from leakguard.channels.slack.scenes import NotYet, Scenes
from leakguard.channels.slack.standing import as_it_stands
from leakguard.channels.slack.threads import Threads
from leakguard.channels.slack.watcher import Nobody, Watcher
from leakguard.model.events import Event, PostRemoved, PublicLinkFound
from leakguard.model.inbox import InboxItem, Seen
from leakguard.model.leak_report import PostReported
from leakguard.model.message import Channel, Message
from leakguard.service.consents import TokenNotReady
from leakguard.service.inbox_ports import InboxStore
from leakguard.service.ports import Clock
from leakguard.service.posts import Judged, Posts

log = structlog.get_logger("leakguard.slack")

MESSAGE_FIRST = 2  # tries of a file alone, while the message that shares it is on its way
PATIENCE = 5  # tries, before what Slack does not tell counts as unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A post that was read and judged, and what was done about it. is_whole: with all its files."""

    scene: Scene
    judged: Judged
    events: tuple[Event, ...]
    is_whole: bool

    @property
    def about(self) -> dict[str, Any]:
        """What a report tells of it."""
        return {
            "held": self.judged.held.id if self.judged.held is not None else None,
            "sender": self.scene.sender,
            "recipients": self.scene.audience.handles,
            "releases": self.judged.releases,
            "channel": self.scene.post.channel,
            "post": self.scene.post.ts,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """domains: whose e-mail addresses count as people of the access lists; empty: all that Slack confirmed."""

    inbox: InboxStore
    clock: Clock
    own: Own
    directory: Directory
    files: Files
    posts: Posts
    remover: Remover
    threads: Threads
    alarms: Alarms
    watcher: Watcher = field(default_factory=Nobody)
    domains: frozenset[str] = frozenset()

    @property
    def scenes(self) -> Scenes:
        return Scenes(directory=self.directory, own=self.own, domains=self.domains)

    async def handle(self, item: InboxItem) -> None:
        """Done when it returns. Raises NotYet and whatever else means: later, again."""
        envelope = _understood(item)
        act, report = self._todo(envelope), report_in(envelope)
        if report is not None:
            await self._reported(item, act, report)
        else:
            await self._deal(item, act)

    async def _deal(self, item: InboxItem, act: Todo) -> None:
        match act:
            case Inspect(post=post, before=before):
                await self._post(item, post, before)
            case Gone(post=post, until=until):
                await self._gone(item, post, until)
            case InspectFile():
                await self._file(item, act)
            case ReadThread():
                await self._thread(item, act)
            case Forget(person=person, place=place, alarm=alarm):
                self.directory.forget(person, place)
                await self._done(item, [await self.alarms.blind(alarm, place or "")] if alarm else ())
            case Alarm() | Revoked():
                await self._blindness(item, act)
            case Ours() | Arrived():
                self._tell_watcher(act)
                await self._name(item, act.named if isinstance(act, Arrived) else None)
            case _:
                await self._done(item)

    def _todo(self, envelope: Mapping[str, object]) -> Todo:
        where, person = seen_for(envelope)
        if person:
            self.directory.seen_by(where, person)
        return todo(envelope, self.own)

    async def _name(self, item: InboxItem, post: Post | None) -> None:
        """Of a new channel. It is for people to change; that it stands there is an alarm."""
        if post is None:
            await self._done(item)
            return
        scene = await self.scenes.of(post, gives_up=item.attempts >= PATIENCE)
        message = self._message(item, scene, compose(scene.sender, read_message(post.content), ()))
        judged = await self.posts.judge(message, f"{post.team} {post.channel} name", post.seen_at)
        await self._done(item, [*judged.events, *await self._act(item, scene, message, judged)])

    async def _blindness(self, item: InboxItem, act: Alarm | Revoked) -> None:
        if isinstance(act, Alarm):
            await self._done(item, [await self.alarms.blind(act.kind)])
            self._tell_watcher(act)
            return
        is_blind = await self._lost(act)
        await self._done(item, [await self.alarms.blind("tokens_revoked")] if is_blind else ())

    async def _lost(self, act: Revoked) -> bool:
        """Somebody's own token ends their consent; the bot's and the enforcer's are those that we live by."""
        for each in act.people:
            await self.remover.authors.revoked(each)
        try:
            return act.has_bot or not await self.remover.has_enforcer()
        except ApiUnavailable:
            raise NotYet from None

    async def _post(self, item: InboxItem, post: Post, before: Post | None) -> None:
        """What stands there goes first; what stood there until now is an exposure that has ended."""
        digest = digest_in(post)
        found = await known(self.inbox, post, digest)
        if found.is_judged:
            events, seen = list[Event](), seen_over(post, digest)
        elif before is not None and await was_out(self.inbox, post):
            events, seen = [], seen_over(post, digest)
        elif found.until is not None:
            events, seen = await self._over(item, post, found.until)
        else:
            events, seen = await self._standing(item, post, digest)
        if before is not None:
            earlier, too = await self._over(item, before, post.seen_at)
            events, seen = [*earlier, *events], [*too, *seen]
        if _has_removal(events):
            await self.threads.ask(item, post)
        await self._done(item, events, seen)

    async def _reported(self, item: InboxItem, act: Todo, report: Report) -> None:
        """Those on call hear of it, whatever it is, and whatever was found. Told twice it is one notice."""
        events, seen, about = list[Event](), list[Seen](), dict[str, Any]()
        if isinstance(act, Inspect):
            post, digest = act.post, digest_in(act.post)
            until = (await known(self.inbox, post, digest)).until
            read = await self._judged(item, post, is_there=until is None)
            events, about = list(read.events), read.about
            seen = self._seen(read, digest) if until is None else seen_over(post, digest)
        if _has_removal(events):
            await self.threads.ask(item, post)
        told = PostReported(at=self.clock.now(), actor=report.by, message=item.event_id, **about)
        await self.posts.tell_of_report(told, report.where)
        await self._done(item, [*events, told], seen)

    async def _standing(self, item: InboxItem, post: Post, digest: str) -> tuple[list[Event], list[Seen]]:
        read = await self._judged(item, post)
        return list(read.events), self._seen(read, digest)

    def _seen(self, read: _Read, digest: str) -> list[Seen]:
        out_at = self.clock.now() if _has_removal(read.events) else None
        is_held = read.judged.held is not None
        return seen_with(read.scene.post, digest, is_whole=read.is_whole, is_held=is_held, out_at=out_at)

    async def _judged(self, item: InboxItem, post: Post, *, is_there: bool = True) -> _Read:
        """By the rules of now, and taken out where it is and must go. Raises NotYet while more of it may come."""
        reading, told = read_message(post.content), list(files_of(post.content))
        files = tuple(str(each["id"]) for each in told)
        scene = await self.scenes.of(post, files, gives_up=item.attempts >= PATIENCE)
        fetching = await (await self._files(scene)).fetch(told)
        message = self._message(item, scene, compose(scene.sender, reading, fetching.files))
        judged = await self.posts.judge(message, post.place, post.seen_at)
        if judged.held is None and fetching.is_late and item.attempts < PATIENCE:
            raise NotYet
        events = await self._act(item, scene, message, judged) if is_there else []
        return _Read(scene=scene, judged=judged, events=(*judged.events, *events), is_whole=fetching.is_whole)

    async def _files(self, scene: Scene) -> Files:
        """As whoever sees the place: our bot, or somebody who agreed."""
        witness = scene.target.place.witness
        try:
            token = await self.remover.authors.token(witness) if witness else ""
        except TokenNotReady:
            raise NotYet from None
        return replace(self.files, token=token) if token else self.files

    async def _gone(self, item: InboxItem, post: Post, until: datetime) -> None:
        events, seen = await self._over(item, post, until)
        if events:
            await self.threads.ask(item, post)
        await self._done(item, events, [*seen, seen_gone(post, until)])

    async def _thread(self, item: InboxItem, act: ReadThread) -> None:
        code = await self.threads.read(act)
        await self._done(item, [await self.alarms.blind("thread_not_read", act.channel, code)] if code else ())

    async def _over(self, item: InboxItem, post: Post, until: datetime) -> tuple[list[Event], list[Seen]]:
        """What does not stand there any more. What we saw before, and what we took away ourselves, needs nothing."""
        digest = digest_in(post)
        if await was_judged(self.inbox, post, digest):
            return [], []
        scene = await self.scenes.of(post, gives_up=True)
        fetching = await (await self._files(scene)).fetch(list(files_of(post.content)))
        content = compose(scene.sender, read_message(post.content), fetching.files)
        judged = await self.posts.judge(self._message(item, scene, content), post.place, post.seen_at)
        events = list(judged.events)
        if judged.held is not None:
            events.append(removed(scene, judged, self.clock.now(), by="withdrawn", until=until))
        return events, seen_over(post, digest)

    async def _file(self, item: InboxItem, act: InspectFile) -> None:
        """A file on its own: what its message says is judged with the message."""
        told = await self._told_of_file(act.file)
        if told and act.is_public_link:
            told["public_url_shared"] = True  # Slack may not have it in `files.info` yet
        channels = channels_of(act.channel, told)
        if told and (channels or act.is_public_link):  # else nobody but its owner sees it, until it is shared
            await self._shared_file(item, act, told, channels)
        else:
            await self._done(item)

    async def _told_of_file(self, file: str) -> dict[str, Any]:
        """Empty when it is gone. What we may not see is still somewhere, and cannot be read."""
        try:
            return {**await self.files.info(file), "id": file}
        except ApiRefused as refused:
            return {} if refused.code in ("file_not_found", "file_deleted") else {"id": file}

    async def _shared_file(
        self, item: InboxItem, act: InspectFile, told: dict[str, Any], channels: Sequence[str]
    ) -> None:
        content = {"files": [told]}
        post = Post(
            team=self.own.team,
            channel=channels[0] if channels else "",
            ts="",
            author=act.author or str(told.get("user") or ""),
            content=content,
            seen_at=act.seen_at,
        )
        link = "link" if links_of([told]) else ""
        digest = file_digest(told)
        places = [
            Seen(place=file_place(self.own.team, each, act.file) + link, digest=digest) for each in channels or [""]
        ]
        if not act.is_change and all([await self.inbox.seen(each.place) == digest for each in places]):
            await self._done(item)
            return
        if not (act.is_change or link) and item.attempts < MESSAGE_FIRST and await self._has_message_to_come(told):
            raise NotYet
        gives_up = item.attempts >= PATIENCE
        scene = await self.scenes.of(post, (act.file,), channels, gives_up=gives_up)
        found = await self._without_link(scene, act.file) if link else []
        scene = replace(scene, target=replace(scene.target, links=()))  # that was tried
        fetching = await self.files.fetch([told])
        message = self._message(item, scene, compose(scene.sender, read_message(content), fetching.files))
        judged = await self.posts.judge(message, f"{self.own.team} file {act.file}", act.seen_at)
        if judged.held is None and fetching.is_late and not gives_up:
            raise NotYet
        events = await self._act(item, scene, message, judged)
        await self._done(item, [*found, *judged.events, *events], places if fetching.is_whole else ())

    async def _has_message_to_come(self, told: Mapping[str, Any]) -> bool:
        """Whether it was shared by a message that was not judged yet: then one hold is of both."""
        places = [f"{self.own.team} {channel} {ts}" for channel, ts in shares_of(told)]
        return not all([await self.inbox.seen(each) for each in places])

    async def _without_link(self, scene: Scene, file: str) -> list[Event]:
        """A public link goes before its file is read: nobody waits for that, and outside anybody may open it."""
        outcome = await self.remover.revoke_link(file, scene.post.author, scene.audience, scene.post.seen_at)
        by = outcome.by.value if outcome.by is not None else ""
        log.warning("slack.public_link", kind=by or "not_revoked")
        return [PublicLinkFound(at=self.clock.now(), file=file, revoked_by=by, codes=outcome.codes)]

    def _message(self, item: InboxItem, scene: Scene, content: bytes) -> Message:
        return Message(
            id=item.event_id,
            envelope=envelope_of(scene.sender, scene.audience),
            content=content,
            head=item.body,
            direction=direction_of(scene.audience),
            channel=Channel.SLACK,
            received_at=item.received_at,
            client="slack",
        )

    async def _act(self, item: InboxItem, scene: Scene, message: Message, judged: Judged) -> list[Event]:
        """Take it out, where it must go. Raises NotYet when Slack did not answer, and may."""
        held = judged.held
        if held is None:
            return []
        if not judged.must_go:
            return [not_removable(scene, judged, self.clock.now(), why="public")]
        target = await as_it_stands(scene.target, scene.post.content, self.directory)
        outcome = await self.remover.remove(
            target, scene.audience, scene.post.seen_at, lambda: self.posts.must_still_go(message, held)
        )
        if outcome.is_unanswered and item.attempts < PATIENCE:
            raise NotYet
        told = told_of(scene, judged, outcome, self.clock.now())
        return [*told, await self.alarms.blind("tokens_revoked", code=outcome.dead)] if outcome.dead else told

    def _tell_watcher(self, act: Alarm | Ours | Arrived) -> None:
        match act:
            case Ours():
                self.watcher.heard(act)
            case Arrived(channel=channel):
                self.directory.forget(None, channel)
                self.watcher.arrived(act)
            case Alarm(kind="app_rate_limited", missed_until=until):
                self.watcher.missed(until or self.clock.now())

    async def _done(self, item: InboxItem, events: Sequence[Event] = (), seen: Sequence[Seen] = ()) -> None:
        await self.inbox.done(item, self.clock.now(), events, seen)


def _has_removal(events: Sequence[Event]) -> bool:
    return any(isinstance(each, PostRemoved) for each in events)


def _understood(item: InboxItem) -> dict[str, object]:
    """It was JSON when it was acknowledged; what is not any more is told as blindness."""
    try:
        found = json.loads(item.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
