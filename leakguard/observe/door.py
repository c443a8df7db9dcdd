"""`/healthz`, `/readyz` and `/metrics` on a port of their own, so that probes need no account and pages no hole."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from leakguard.observe.health import Health

_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_MOST_AT_ONCE = 32


def observe_site(health: Health) -> Starlette:
    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n", headers=_HEADERS)

    async def readyz(_request: Request) -> Response:
        unready = await health.unready()
        told = {"ready": not unready, "not_ready": list(unready), "warnings": list(health.warnings())}
        return JSONResponse(told, status_code=503 if unready else 200, headers=_HEADERS)

    async def metrics(_request: Request) -> Response:
        return Response(await health.measure(), headers={**_HEADERS, "content-type": CONTENT_TYPE_LATEST})

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)])


class _Server(uvicorn.Server):
    """The relay has its own signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class ObserveDoor:
    """Plain HTTP. Whoever can reach the port learns release ids and how much they hold, so keep it on this machine."""

    def __init__(self, host: str, port: int, health: Health) -> None:
        self._host, self._port, self._site = host, port, observe_site(health)
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The one it has; of 0, the one it was given."""
        return self._port

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listening = socket.create_server((self._host, self._port), family=family)
        self._port = int(listening.getsockname()[1])
        settings = uvicorn.Config(
            self._site,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            limit_concurrency=_MOST_AT_ONCE,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(settings)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))

    async def stop(self) -> None:
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
