"""What Slack hears, and when: 200 only for what is on the disk; and nothing of what came is in any log."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from leakguard.channels.slack.events import Own
from leakguard.channels.slack.ingress import Ingress, http_door
from leakguard.channels.slack.validator import LARGEST, signature
from leakguard.clock import SetClock
from leakguard.store.memory import MemoryStore
from tests.stories import story
from tests.unit.slack.payloads import BOT, CHANNEL, TEAM, TS, event

SECRET, CANARY = "s3cret", "quokka employment"
NOW = datetime(2031, 3, 18, 9, 28, 40, tzinfo=UTC)


class Door:
    """The HTTP door over an empty store, as Slack sees it."""

    def __init__(self) -> None:
        self.store, self.clock, self.poked = MemoryStore(), SetClock(NOW), 0
        ingress = Ingress(
            inbox=self.store.inbox,
            clock=self.clock,
            own=Own(team=TEAM, user=BOT),
            bot_token="xoxb-1",
            client=AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:1/"),
            poke=self._poke,
        )
        self.bolt = ingress.bolt()
        self.asgi = http_door(self.bolt, SECRET, self.clock)

    def _poke(self) -> None:
        self.poked += 1

    async def post(self, body: bytes, *, at: str | None = None, sign: str = SECRET, **headers: str) -> httpx.Response:
        stamp = str(int(self.clock.now().timestamp())) if at is None else at
        told = {
            "content-type": "application/json",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature(sign, stamp, body),
        }
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.asgi), base_url="http://guard") as client:
            return await client.post("/any/mounted/path", content=body, headers=told | headers)

    async def kept(self) -> list[str]:
        return [each.event_id for each in await self.store.inbox.turns(NOW, 100)]


def body(**fields) -> bytes:
    return json.dumps(event(**({"text": CANARY} | fields))).encode()


@story
async def test_an_event_is_kept_word_for_word_before_it_is_acknowledged():
    door, sent = Door(), body()

    answer = await door.post(sent)

    [item] = await door.store.inbox.turns(NOW, 10)
    assert answer.status_code == 200
    assert (item.event_id, item.lane, item.body) == ("Ev1", f"{TEAM} {CHANNEL} {TS}", sent)
    assert door.poked == 1


@story
async def test_the_same_event_five_times_is_kept_once_and_acknowledged_each_time():
    door = Door()

    answers = [(await door.post(body(), **{"x-slack-retry-num": str(each)})).status_code for each in range(5)]

    assert answers == [200] * 5
    assert await door.kept() == ["Ev1"]


@story
async def test_what_cannot_be_kept_is_not_acknowledged():
    door = Door()
    door.store.available = False

    assert (await door.post(body())).status_code == 500

    door.store.available = True
    assert (await door.post(body())).status_code == 200
    assert await door.kept() == ["Ev1"]


@pytest.mark.parametrize(
    "fields",
    [{"subtype": "message_changed"}, {"subtype": "invented_tomorrow"}, {"kind": "file_shared"}, {"user": BOT}],
    ids=["edit", "unknown subtype", "file", "our own"],
)
def test_every_event_is_kept_whatever_it_is(fields):
    @story
    async def told() -> None:
        door = Door()
        assert (await door.post(body(**fields))).status_code == 200
        assert await door.kept() == ["Ev1"]

    told()


@story
async def test_that_slack_drops_events_is_kept_too():
    door = Door()
    sent = json.dumps({"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1931592480}).encode()

    assert (await door.post(sent)).status_code == 200
    assert len(await door.kept()) == 1


@story
async def test_over_a_socket_it_is_the_same():
    door = Door()

    def request() -> AsyncBoltRequest:
        return AsyncBoltRequest(mode="socket_mode", body=event(text=CANARY))

    first = await door.bolt.async_dispatch(request())
    door.store.available = False
    second = await door.bolt.async_dispatch(request())

    assert (first.status, second.status) == (200, 500)
    door.store.available = True
    [item] = await door.store.inbox.turns(NOW, 10)
    assert json.loads(item.body) == event(text=CANARY)


@story
async def test_the_handshake_of_a_new_address_is_answered():
    answer = await Door().post(json.dumps({"type": "url_verification", "challenge": "abc"}).encode())

    assert (answer.status_code, answer.json()["challenge"]) == (200, "abc")


def refusals():
    now = str(int(NOW.timestamp()))
    good = body()
    yield pytest.param(good, {"sign": "other"}, 401, id="bad signature")
    yield pytest.param(good, {"x-slack-signature": "v0=\u00e9"}, 401, id="signature that is no ASCII")
    yield pytest.param(good, {"at": str(int(now) - 301)}, 401, id="replay")
    yield pytest.param(good, {"at": str(int(now) + 301)}, 401, id="from the future")
    yield pytest.param(good, {"at": "12e3"}, 401, id="timestamp that is no number")
    yield pytest.param(good, {"at": ""}, 401, id="no timestamp")
    yield pytest.param(CANARY.encode() + b"{", {}, 400, id="bad JSON")
    yield pytest.param(f'["{CANARY}"]'.encode(), {}, 400, id="JSON that is no object")
    yield pytest.param(b"\xff\xfe" + good, {}, 400, id="no UTF-8")
    yield pytest.param(b'{"a":' * 200_000 + good, {}, 400, id="too deep")
    yield pytest.param(good.ljust(LARGEST + 1), {}, 413, id="too large")


@pytest.mark.parametrize(("sent", "how", "status"), list(refusals()))
def test_what_slack_did_not_sign_a_moment_ago_is_refused_without_a_word_of_it_in_a_log(sent, how, status, caplog):
    @story
    async def told() -> None:
        caplog.set_level(logging.DEBUG)
        door = Door()
        headers = {each: value.encode() for each, value in how.items() if each.startswith("x-")}
        plain = {each: value for each, value in how.items() if not each.startswith("x-")}
        with structlog.testing.capture_logs() as lines:
            answer = await door.post(sent, **plain, **headers)
        assert answer.status_code == status
        assert await door.kept() == []
        assert "quokka" not in caplog.text + repr(lines)

    told()


@story
async def test_the_last_second_of_a_request_is_not_a_replay():
    door = Door()
    stamp = str(int(NOW.timestamp()))
    door.clock.set(NOW + timedelta(seconds=300))

    assert (await door.post(body(), at=stamp)).status_code == 200


def test_whatever_happens_bolt_writes_no_word_of_a_message(caplog):
    @story
    async def told() -> None:
        caplog.set_level(logging.DEBUG)
        door = Door()
        with structlog.testing.capture_logs() as lines:
            await door.post(body())
            await door.post(json.dumps({"type": "block_actions", "text": CANARY}).encode())
            door.store.available = False
            await door.post(body())
            for name in ("slack_bolt.AsyncApp", "slack_sdk.web.async_client", "slack_bolt.RequestVerification"):
                logging.getLogger(name).error("Invalid request, body: %s", CANARY)
        assert "quokka" not in caplog.text + repr(lines)
        assert any(each["event"] == "slack.library" for each in lines)

    told()
