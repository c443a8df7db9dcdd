"""The pages' server, in the process and loop of the relay. It writes no access log: addresses name held messages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
import uvicorn
from starlette.types import ASGIApp

from leakguard.web.connections import BoundedConnection

log = structlog.get_logger("leakguard.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """cert, key: PEM files for TLS; "" behind a proxy that ends TLS, or on loopback."""

    host: str = "127.0.0.1"
    port: int = 8080
    cert: str = ""
    key: str = ""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the relay's."""
        yield


class WebServer:
    """port: the one it listens on, once `start` has returned."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        config = uvicorn.Config(
            app,
            http=BoundedConnection,
            ws="none",
            host=settings.host,
            port=settings.port,
            ssl_certfile=settings.cert or None,
            ssl_keyfile=settings.key or None,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=3,
            timeout_keep_alive=30,
            h11_max_incomplete_event_size=65_536,
            backlog=100,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Raises OSError when the port cannot be had."""
        self._task = asyncio.create_task(self._serve())
        while not self._server.started:
            if self._task.done():
                self._task.result()
                raise OSError("the pages' server ended at its start")
            await asyncio.sleep(0.02)
        log.info("web.serving", port=self.port)

    async def _serve(self) -> None:
        try:
            await self._server.serve()
        except SystemExit:  # uvicorn's way to say that the port is taken
            raise OSError("the pages' port cannot be had") from None

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            with contextlib.suppress(Exception):
                await self._task
