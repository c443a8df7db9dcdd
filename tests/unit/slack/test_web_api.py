"""Slack's Web API over HTTP: an answer, or one of three ways in which there is none; and the door over two sockets."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from leakguard.channels.slack.api import ApiLimited, ApiRefused, ApiUnavailable, WebApi
from tests.stories import story

ANSWERS = {
    "fine": (200, {"ok": True, "user": {"id": "U1"}}, {}),
    "scoped": (200, {"ok": True}, {"X-OAuth-Scopes": "chat:write"}),
    "refused": (200, {"ok": False, "error": "cant_delete_message"}, {}),
    "limited": (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "7"}),
    "broken": (503, "<html>quokka</html>", {}),
    "broken plainly": (503, "quokka in plain text", {}),
    "garbled": (200, "quokka", {}),
    "inside": (200, {"ok": False, "error": "internal_error"}, {}),
}


class Server:
    """Canned answers, and sockets on which events can be pushed."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.acknowledged: list[str] = []
        self.base = ""

    async def api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.asked.append((method, request.headers.get("authorization", ""), request.query_string))
        if method == "apps.connections.open":
            return web.json_response({"ok": True, "url": self.base.replace("http", "ws") + "socket"})
        status, body, headers = ANSWERS[method]
        text = body if isinstance(body, str) else json.dumps(body)
        kind = "text/plain" if "plain" in method else "text/html" if isinstance(body, str) else "application/json"
        return web.Response(status=status, text=text, content_type=kind, headers=headers)

    async def file(self, request: web.Request) -> web.Response:
        return web.Response(body=b"x" * int(request.match_info["size"]), content_type="text/csv")

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets)})
        async for each in socket:
            if each.type is aiohttp.WSMsgType.TEXT and each.data.startswith("{"):
                self.acknowledged.append(json.loads(each.data)["envelope_id"])
        return socket


@asynccontextmanager
async def served():
    server, app = Server(), web.Application()
    app.router.add_post("/api/{method}", server.api)
    app.router.add_get("/api/socket", server.socket)
    app.router.add_get("/files/{size}", server.file)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.base = f"http://127.0.0.1:{port}/api/"
    try:
        yield server, f"127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def api_of(server: Server, host: str):
    async with aiohttp.ClientSession() as session:
        yield WebApi(session, server.base, frozenset({host}))


@story
async def test_an_answer_comes_back_and_no_token_is_in_an_address():
    async with served() as (server, host), api_of(server, host) as api:
        answer = await api.call("fine", "xoxb-1", user="U1")

    assert answer["user"] == {"id": "U1"}
    assert server.asked == [("fine", "Bearer xoxb-1", "")]


@story
async def test_headers_are_told_to_who_asks_for_them_and_nothing_is_authorised_by_no_token():
    async with served() as (server, host), api_of(server, host) as api:
        answer = await api.ask("scoped", "")

    assert (answer.body, answer.headers["x-oauth-scopes"]) == ({"ok": True}, "chat:write")
    assert server.asked == [("scoped", "", "")]


@pytest.mark.parametrize(
    ("method", "kind", "told"),
    [
        ("refused", ApiRefused, "cant_delete_message"),
        ("limited", ApiLimited, "ratelimited"),
        ("broken", ApiUnavailable, ""),
        ("broken plainly", ApiUnavailable, ""),
        ("garbled", ApiUnavailable, ""),
        ("inside", ApiUnavailable, ""),
    ],
)
def test_what_is_no_answer_has_a_kind_and_no_words(method, kind, told):
    @story
    async def whole() -> None:
        async with served() as (server, host), api_of(server, host) as api:
            with pytest.raises(kind) as caught:
                await api.call(method, "xoxb-1")
            assert told in str(caught.value)
            assert "quokka" not in str(caught.value)
            assert caught.value.__context__ is None
            assert getattr(caught.value, "seconds", 7) == 7
            assert len(server.asked) == 1, "nothing is asked twice behind our back"

    whole()


@story
async def test_a_file_is_fetched_up_to_its_limit_and_from_slack_only():
    async with served() as (server, host), api_of(server, host) as api:
        fetched = await api.fetch(f"http://{host}/files/10", "xoxb-1", 10)
        with pytest.raises(ApiRefused, match="file_too_large"):
            await api.fetch(f"http://{host}/files/11", "xoxb-1", 10)
        with pytest.raises(ApiRefused, match="file_elsewhere"):
            await api.fetch(f"http://elsewhere.example@{host}/files/10", "xoxb-1", 10)

    assert (len(fetched.content), fetched.kind) == (10, "text/csv")
