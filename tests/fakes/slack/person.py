"""Somebody who uses Slack: writes, edits, uploads, clicks; and what they get to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.fakes.slack import acts
from tests.fakes.slack.hands import Hands
from tests.fakes.slack.shapes import MEDIA, channel_json, escaped, rich_text
from tests.fakes.slack.state import Channel, File, Json, Kind, Message, User
from tests.fakes.slack.surfaces import View
from tests.fakes.slack.transport import Outcome
from tests.fakes.slack.workspace import Workspace


@dataclass(kw_only=True)
class Person:
    """What they do is done when the call returns; whether the app has heard of it is the courier's affair."""

    user: User
    workspace: Workspace
    hands: Hands

    @property
    def id(self) -> str:
        return self.user.id

    async def post(self, channel: Channel, text: str, **more: Any) -> Message:
        """more: further fields of `Message`, such as subtype or attachments."""
        self._in(channel)
        return acts.post(self.workspace, channel, self.user, escaped(text), blocks=rich_text(text), **more)

    async def reply(self, to: Message, text: str, *, broadcast: bool = False) -> Message:
        """broadcast: sent to the channel too."""
        channel, thread = self.workspace.channels[to.channel], to.thread_ts or to.ts
        if not broadcast:
            return await self.post(channel, text, thread_ts=thread)
        root = channel.messages[thread]
        more = {"root": {"type": "message", "user": root.user, "text": root.text, "ts": root.ts, "thread_ts": root.ts}}
        return await self.post(channel, text, thread_ts=thread, subtype="thread_broadcast", more=more)

    async def say_me(self, channel: Channel, text: str) -> Message:
        """What `/me` writes: no blocks."""
        return acts.post(self.workspace, self._in(channel), self.user, escaped(text), subtype="me_message")

    async def write_to(self, other: Person, text: str) -> Message:
        """In a direct conversation of two."""
        return await self.post(self.workspace.direct(self.id, other.id), text)

    async def edit(self, message: Message, text: str) -> None:
        assert message.user == self.id, "Slack lets people edit their own messages only"
        acts.change(self.workspace, message, self.id, text=escaped(text), blocks=rich_text(text))

    async def delete(self, message: Message) -> None:
        assert message.user == self.id or self.user.is_admin
        acts.remove(self.workspace, message)

    async def react(self, message: Message, name: str) -> None:
        message.reactions.setdefault(name, []).append(self.id)
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {"type": "reaction_added", "user": self.id, "reaction": name, "item": item}
        event |= {"item_user": message.user, "event_ts": self.workspace.time.stamp()}
        self.workspace.publish("reaction_added", event, self.workspace.channels[message.channel])

    async def upload(
        self,
        channel: Channel,
        name: str,
        content: bytes,
        *,
        text: str = "",
        title: str = "",
        mimetype: str = "application/octet-stream",
        thread_ts: str = "",
        ready_in: float = 0.0,
        late: bool = False,
    ) -> Message:
        """ready_in: Slack's seconds until its bytes are served. late: events say only where to look."""
        time = self.workspace.time
        file = File(
            id=self.workspace.new_id("F"),
            name=name,
            title=title or name,
            mimetype=mimetype,
            user=self.id,
            created=int(time.wall()),
            content=content,
            ready_after=time.passed() + ready_in if ready_in else 0.0,
            late=late,
        )
        return acts.upload(self.workspace, self._in(channel), self.user, [file], escaped(text), thread_ts)

    async def change_file(self, file: File, content: bytes) -> None:
        acts.change_file(self.workspace, file, content)

    async def write_canvas(self, channel: Channel, title: str, html: str, *, text: str = "") -> Message:
        """A canvas of their own, shared where they are."""
        file = self._document("quip", title)
        file.content = html.encode()
        return acts.upload(self.workspace, self._in(channel), self.user, [file], escaped(text))

    async def write_list(self, channel: Channel, title: str, rows: list[list[Json]]) -> Message:
        file = self._document("list", title)
        file.rows = rows
        return acts.upload(self.workspace, self._in(channel), self.user, [file], "")

    def _document(self, mode: str, title: str) -> File:
        now = int(self.workspace.time.wall())
        id, kind = self.workspace.new_id("F"), MEDIA[mode]
        return File(
            id=id,
            name=title,
            title=title,
            mimetype=kind,
            user=self.id,
            created=now,
            content=b"",
            mode=mode,
            changed=now,
        )

    async def make_public(self, file: File) -> None:
        acts.publish_file(self.workspace, file, self.user)

    async def set_topic(self, channel: Channel, topic: str) -> None:
        acts.set_topic(self.workspace, self._in(channel), self.user, topic)

    async def set_purpose(self, channel: Channel, purpose: str) -> None:
        acts.set_purpose(self.workspace, self._in(channel), self.user, purpose)

    async def rename(self, channel: Channel, name: str) -> None:
        acts.rename(self.workspace, self._in(channel), self.user, name)

    async def create_channel(self, name: str, *, private: bool = False) -> Channel:
        """The app hears of public ones, and is in none."""
        channel = self.workspace.new_channel(name, Kind.PRIVATE if private else Kind.PUBLIC, [self.id])
        if not private:
            shape = channel_json(channel, self.user.team, self.id)
            del shape["is_member"]
            event = {"type": "channel_created", "channel": shape, "event_ts": self.workspace.time.stamp()}
            self.workspace.publish("channel_created", event, channel)
        return channel

    async def join(self, channel: Channel) -> None:
        acts.join(self.workspace, channel, self.user)

    async def leave(self, channel: Channel) -> None:
        acts.leave(self.workspace, channel, self.user)

    async def invite(self, channel: Channel, user: str) -> None:
        acts.join(self.workspace, self._in(channel), self.workspace.users[user], self.id)

    async def remove_from(self, channel: Channel, user: str) -> None:
        acts.leave(self.workspace, channel, self.workspace.users[user])

    async def click(self, where: Message | View, action: str, value: str | None = None) -> Outcome:
        return await self.hands.click(self.user, where, action, value)

    async def type_in(self, view: View, action: str, value: Any) -> Outcome | None:
        """Nothing is said to the app, unless the input dispatches its actions."""
        return await self.hands.type_in(self.user, view, action, value)

    async def submit(self, view: View) -> Json:
        """What the app answered; an empty answer closes the modal."""
        return await self.hands.submit(self.user, view)

    async def close(self, view: View) -> None:
        await self.hands.close(self.user, view)

    async def command(self, channel: Channel, command: str, text: str = "") -> Outcome:
        return await self.hands.command(self.user, self._in(channel), command, text)

    async def shortcut(self, callback: str) -> Outcome:
        return await self.hands.shortcut(self.user, callback)

    async def message_shortcut(self, callback: str, message: Message) -> Outcome:
        return await self.hands.message_shortcut(self.user, callback, message)

    async def open_home(self) -> None:
        await self.hands.open_home(self.user)

    def reads(self, channel: Channel) -> list[str]:
        """The texts that stand there now."""
        self._in(channel)
        return [one.text for one in channel.messages.values() if not one.tombstoned]

    def inbox(self) -> list[Message]:
        """What the app wrote to them directly."""
        return list(self.workspace.direct(self.workspace.app.user, self.id).messages.values())

    def told_privately(self) -> list[Json]:
        return self.workspace.private.get(self.id, [])

    @property
    def modal(self) -> View | None:
        """The one on top."""
        stack = self.hands.surfaces.modals.get(self.id)
        return stack[-1] if stack else None

    @property
    def home(self) -> View | None:
        return self.hands.surfaces.homes.get(self.id)

    def _in(self, channel: Channel) -> Channel:
        assert self.id in channel.members, "one writes and reads where one is"
        return channel
