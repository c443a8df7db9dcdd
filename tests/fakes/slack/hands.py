"""Clicks, forms, commands and shortcuts, as Slack sends them to the app; and what Slack does with the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.fakes.slack import acts
from tests.fakes.slack.courier import Courier
from tests.fakes.slack.shapes import message_json
from tests.fakes.slack.state import Channel, Json, Kind, Message, User
from tests.fakes.slack.surfaces import Surfaces, View
from tests.fakes.slack.transport import Outcome, Sort
from tests.fakes.slack.workspace import DOMAIN, TEAM, Workspace

VALUES = {
    "plain_text_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "datetimepicker": "selected_date_time",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
}


@dataclass(kw_only=True)
class Hands:
    workspace: Workspace
    surfaces: Surfaces
    courier: Courier

    async def click(self, user: User, where: Message | View, action: str, value: str | None) -> Outcome:
        blocks = where.shape["blocks"] if isinstance(where, View) else where.blocks
        block, element = next(one for one in _elements(blocks) if one[1].get("action_id") == action)
        assert element["type"] == "button", "one clicks buttons"
        assert value is None or element.get("value") == value, "the button says something else"
        said = {key: element[key] for key in ("type", "action_id", "text", "value", "style") if key in element}
        return await self._act(user, where, said | {"block_id": block.get("block_id", "made")})

    async def type_in(self, user: User, view: View, action: str, value: Any) -> Outcome | None:
        block, element = next(one for one in _elements(view.shape["blocks"]) if one[1].get("action_id") == action)
        said = {"type": element["type"], VALUES[element["type"]]: value}
        view.state.setdefault(block["block_id"], {})[action] = said
        if not block.get("dispatch_action"):
            return None
        return await self._act(user, view, said | {"action_id": action, "block_id": block["block_id"]})

    async def submit(self, user: User, view: View) -> Json:
        payload = self._from(user, "view_submission") | {"view": self.surfaces.json(view), "response_urls": []}
        outcome = await self._send(Sort.INTERACTIVE, payload)
        assert outcome.ok, f"the person sees that it did not work: {outcome.reason}"
        self._follow(user, view, outcome.body or {})
        return outcome.body or {}

    async def close(self, user: User, view: View) -> None:
        self.surfaces.modals[user.id].remove(view)
        if view.shape.get("notify_on_close"):
            payload = self._from(user, "view_closed") | {"view": self.surfaces.json(view), "is_cleared": False}
            del payload["trigger_id"]
            await self._send(Sort.INTERACTIVE, payload)

    async def command(self, user: User, channel: Channel, command: str, text: str) -> Outcome:
        payload = {
            "token": "verification-token-of-old",
            "team_id": TEAM,
            "team_domain": DOMAIN,
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.kind is Kind.IM else channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": self.workspace.app.id,
            "is_enterprise_install": "false",
            "response_url": self.workspace.url + self.surfaces.response_url(user.id, channel),
            "trigger_id": self.surfaces.trigger(user.id),
        }
        outcome = await self._send(Sort.COMMAND, payload)
        said = {"text": outcome.body} if isinstance(outcome.body, str) else outcome.body
        if outcome.ok and said:
            self._show(user, channel, said)
        return outcome

    async def shortcut(self, user: User, callback: str) -> Outcome:
        payload = self._from(user, "shortcut") | {"callback_id": callback, "action_ts": self.workspace.time.stamp()}
        return await self._send(Sort.INTERACTIVE, payload)

    async def message_shortcut(self, user: User, callback: str, message: Message) -> Outcome:
        channel = self.workspace.channels[message.channel]
        payload = self._from(user, "message_action") | {
            "callback_id": callback,
            "action_ts": self.workspace.time.stamp(),
            "message_ts": message.ts,
            "channel": {"id": channel.id, "name": channel.name},
            "message": self._shape(message),
            "response_url": self.workspace.url + self.surfaces.response_url(user.id, channel),
        }
        return await self._send(Sort.INTERACTIVE, payload)

    async def open_home(self, user: User) -> None:
        channel = self.workspace.direct(self.workspace.app.user, user.id)
        event: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": "home"}
        event["event_ts"] = self.workspace.time.stamp()
        if user.id in self.surfaces.homes:
            event["view"] = self.surfaces.json(self.surfaces.homes[user.id])
        self.workspace.publish("app_home_opened", event, channel)

    async def _act(self, user: User, where: Message | View, action: Json) -> Outcome:
        payload = self._from(user, "block_actions")
        payload |= self._in_view(where) if isinstance(where, View) else self._on_message(user, where)
        payload["actions"] = [action | {"action_ts": self.workspace.time.stamp()}]
        return await self._send(Sort.INTERACTIVE, payload)

    def _in_view(self, view: View) -> Json:
        container = {"type": "view", "view_id": view.id}
        return {"container": container, "view": self.surfaces.json(view)}

    def _on_message(self, user: User, message: Message) -> Json:
        channel = self.workspace.channels[message.channel]
        container = {"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": False}
        return {
            "container": container,
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "message": self._shape(message),
            "state": {"values": {}},
            "response_url": self.workspace.url + self.surfaces.response_url(user.id, channel, message),
        }

    def _from(self, user: User, kind: str) -> Json:
        return {
            "type": kind,
            "team": {"id": TEAM, "domain": DOMAIN},
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
            "api_app_id": self.workspace.app.id,
            "token": "verification-token-of-old",
            "trigger_id": self.surfaces.trigger(user.id),
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _shape(self, message: Message) -> Json:
        return message_json(message, self.workspace.app, self.workspace.url)

    def _follow(self, user: User, view: View, answer: Json) -> None:
        stack = self.surfaces.modals[user.id]
        match answer.get("response_action"):
            case "errors":
                inputs = {block.get("block_id") for block in view.shape["blocks"] if block["type"] == "input"}
                assert set(answer["errors"]) <= inputs, "Slack shows errors beside inputs only"
            case "update":
                self.surfaces.update(view.id, answer["view"], None)
            case "push":
                self.surfaces.show(user.id, answer["view"], push=True)
            case "clear":
                stack.clear()
            case _:
                stack.remove(view)

    def _show(self, user: User, channel: Channel, said: Json) -> None:
        if said.get("response_type") == "in_channel":
            bot = self.workspace.users[self.workspace.app.user]
            acts.post(self.workspace, channel, bot, said.get("text", ""), bot_id=bot.bot_id)
        else:
            self.workspace.private.setdefault(user.id, []).append({"channel": channel.id, **said})

    async def _send(self, sort: Sort, payload: Json) -> Outcome:
        """Once: a person who clicked in vain clicks again."""
        assert self.courier.transport is not None, "no transport: neither deliver_to nor use_sockets was called"
        return await self.courier.transport.send(sort, payload)


def _elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    for block in blocks:
        for element in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
            if element:
                yield block, element
