"""What people have open before them: modals, the app's home, and the tickets by which an app may answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.blocks import check_view
from tests.fakes.slack.state import App, Channel, Json, Message, Refused
from tests.fakes.slack.timing import SlackTime
from tests.fakes.slack.workspace import TEAM

ANSWERS_BY_URL, ANSWERS_WITHIN = 5, 30 * 60


@dataclass(kw_only=True)
class View:
    """state: what the person has filled in, by block and action id."""

    id: str
    user: str
    shape: Json
    revision: int = 1
    previous: str = ""
    state: Json = field(default_factory=dict)

    @property
    def hash(self) -> str:
        return f"{self.revision}.hash"


@dataclass(kw_only=True)
class ResponseUrl:
    """message: the one beside which the button was, if any."""

    user: str
    channel: Channel
    until: float
    message: Message | None = None
    left: int = ANSWERS_BY_URL


@dataclass(kw_only=True)
class Surfaces:
    app: App
    time: SlackTime
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    urls: dict[str, ResponseUrl] = field(default_factory=dict)
    _triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    _count: int = 0

    def trigger(self, user: str) -> str:
        """Good for one modal, within three seconds of ours."""
        id = f"{self._next()}.trigger"
        self._triggers[id] = (user, self.time.passed() + self.time.patience * self.time.scale)
        return id

    def response_url(self, user: str, channel: Channel, message: Message | None = None) -> str:
        key = f"{self._next()}"
        until = self.time.passed() + ANSWERS_WITHIN
        self.urls[key] = ResponseUrl(user=user, channel=channel, until=until, message=message)
        return f"/response/{key}"

    def open(self, trigger: str, shape: Json, *, push: bool = False) -> View:
        if trigger not in self._triggers:
            raise Refused("invalid_trigger_id")
        user, until = self._triggers[trigger]
        if until == 0.0:
            raise Refused("exchanged_trigger_id")
        if until < self.time.passed():
            raise Refused("expired_trigger_id")
        check_view(shape, "modal")
        self._triggers[trigger] = (user, 0.0)
        return self.show(user, shape, push=push)

    def show(self, user: str, shape: Json, *, push: bool = False) -> View:
        stack = self.modals.setdefault(user, [])
        if not push:
            stack.clear()
        if len(stack) >= 3:
            raise Refused("push_limit_reached")
        view = View(id=f"V{self._next():08d}", user=user, shape=shape, previous=stack[-1].id if stack else "")
        stack.append(view)
        return view

    def update(self, id: str, shape: Json, hash: str | None) -> View:
        view = next((one for stack in self.modals.values() for one in stack if id in _names(one)), None)
        if view is None:
            raise Refused("not_found")
        if hash is not None and hash != view.hash:
            raise Refused("hash_conflict")
        check_view(shape, "modal")
        view.shape, view.revision = shape, view.revision + 1
        return view

    def publish(self, user: str, shape: Json, hash: str | None) -> View:
        old = self.homes.get(user)
        if hash is not None and (old is None or hash != old.hash):
            raise Refused("hash_conflict")
        check_view(shape, "home")
        id, revision = (old.id, old.revision + 1) if old else (f"V{self._next():08d}", 1)
        self.homes[user] = View(id=id, user=user, shape=shape, revision=revision)
        return self.homes[user]

    def json(self, view: View) -> Json:
        empty: dict[str, Any] = {"private_metadata": "", "callback_id": "", "external_id": "", "submit": None}
        switches = {"clear_on_close": False, "notify_on_close": False, "close": None, "title": None}
        return {
            **empty,
            **switches,
            **view.shape,
            "id": view.id,
            "team_id": TEAM,
            "state": {"values": view.state},
            "hash": view.hash,
            "root_view_id": self.modals[view.user][0].id if self.modals.get(view.user) else view.id,
            "previous_view_id": view.previous or None,
            "app_id": self.app.id,
            "app_installed_team_id": TEAM,
            "bot_id": self.app.bot_id,
        }

    def _next(self) -> int:
        self._count += 1
        return self._count


def _names(view: View) -> set[str]:
    return {view.id, view.shape.get("external_id") or view.id}
