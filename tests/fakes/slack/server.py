"""The fake's addresses: the Web API, the file host, Socket Mode, and the URLs for late answers."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.slack import acts
from tests.fakes.slack.api.desk import Desk
from tests.fakes.slack.faults import Fault, Faults
from tests.fakes.slack.sockets import SocketTransport
from tests.fakes.slack.state import File, Refused, Token
from tests.fakes.slack.surfaces import ResponseUrl

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to your workspace</body></html>"
)
# What is believed of canvases' and lists' addresses: something for browsers, which is not the content.
BROWSER_PAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Open this in Slack</body></html>"


@dataclass(kw_only=True)
class Server:
    desk: Desk
    faults: Faults
    sockets: SocketTransport
    _runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> str:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/files-pri/{id}", self._file)
        app.router.add_get("/files-pri/{id}/download", self._file)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/link/", self.sockets.serve)
        app.router.add_post("/response/{key}", self._response)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        arguments |= _client(request)
        token = _bearer(request) or arguments.pop("token", "")

        async def answer() -> web.StreamResponse:
            reply = self.desk.answer(method, str(token), arguments)
            return web.json_response(reply.body, status=reply.status, headers=reply.headers)

        return await self._with_faults(method, request, answer)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """Without a right to the file one gets the login page, with status 200."""

        async def answer() -> web.StreamResponse:
            token = self.desk.workspace.tokens.get(_bearer(request))
            file = self._allowed_file(request.match_info["id"], token)
            if file is None:
                return web.Response(text=LOGIN_PAGE, content_type="text/html")
            if file.ready_after > self.desk.workspace.time.passed():
                return web.Response(status=404)
            if file.mode != "hosted":
                return web.Response(text=BROWSER_PAGE, content_type="text/html")
            return web.Response(body=file.content, content_type=file.mimetype)

        return await self._with_faults("files", request, answer)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """The address is the right: no token is asked for. Bytes come bare or as a form."""

        async def answer() -> web.StreamResponse:
            file = self.desk.workspace.uploads.get(request.match_info["id"])
            if file is None:
                return web.Response(status=404)
            if request.content_type.startswith("multipart/"):
                parts = [
                    part.file.read() for part in (await request.post()).values() if isinstance(part, web.FileField)
                ]
                file.content = b"".join(parts)
            else:
                file.content = await request.read()
            return web.Response(text=f"OK - {len(file.content)}")

        return await self._with_faults("upload", request, answer)

    def _allowed_file(self, id: str, token: Token | None) -> File | None:
        if token is None or token.refused or "files:read" not in token.scopes:
            return None
        try:
            return self.desk.workspace.seen_file(id, token)
        except Refused:
            return None

    async def _with_faults(
        self, name: str, request: web.Request, answer: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        fault = self.faults.take(name)
        is_before = fault is not None and not fault.after
        await asyncio.sleep(self.faults.latency + (fault.seconds if fault and is_before else 0.0))
        if fault is None:
            return await answer()
        is_spoilt = bool(fault.drop or fault.status or fault.error)
        if is_spoilt and is_before:
            return _spoilt(fault, request)
        response = await answer()
        await asyncio.sleep(0.0 if is_before else fault.seconds)
        return _spoilt(fault, request) if is_spoilt else response

    async def _response(self, request: web.Request) -> web.StreamResponse:
        url = self.desk.surfaces.urls.get(request.match_info["key"])
        if url is None or url.left == 0 or url.until < self.desk.workspace.time.passed():
            return web.Response(status=404, text="used_url")
        url.left -= 1
        self._answer_late(url, await request.json())
        return web.Response(text="ok")

    def _answer_late(self, url: ResponseUrl, said: dict[str, Any]) -> None:
        """To the person alone, unless it is `in_channel`; or in place of the message the button was on."""
        workspace = self.desk.workspace
        text, blocks = said.get("text", ""), said.get("blocks", [])
        if url.message is not None and said.get("delete_original"):
            acts.remove(workspace, url.message)
        elif url.message is not None and said.get("replace_original", True):
            acts.change(workspace, url.message, workspace.app.user, text=text, blocks=blocks)
        elif said.get("response_type") == "in_channel":
            bot = workspace.users[workspace.app.user]
            acts.post(workspace, url.channel, bot, text, blocks=blocks, bot_id=bot.bot_id)
        else:
            shown = {"channel": url.channel.id, "text": text, "blocks": blocks}
            workspace.private.setdefault(url.user, []).append(shown)


def _bearer(request: web.Request) -> str:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    return text if kind == "Bearer" else ""


def _client(request: web.Request) -> dict[str, Any]:
    """OAuth clients name themselves by HTTP's basic scheme."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return {}
    id, _, secret = base64.b64decode(text).decode().partition(":")
    return {"client_id": id, "client_secret": secret}


def _spoilt(fault: Fault, request: web.Request) -> web.StreamResponse:
    if fault.drop and request.transport is not None:
        request.transport.abort()
    if fault.error:
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
        return web.json_response({"ok": False, "error": fault.error}, status=fault.status or 200, headers=headers)
    return web.Response(status=fault.status or 500, text="upstream trouble")


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Query, form and JSON alike; an empty JSON body is what the synchronous client sends."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        return arguments | (json.loads(body) if body else {})
    return arguments | dict(await request.post())
