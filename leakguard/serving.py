"""An HTTP server in the process and loop of the relay. It writes no access log: addresses name held messages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import structlog
import uvicorn

log = structlog.get_logger("leakguard.serving")


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the relay's."""
        yield


class InProcess:
    """name: what the log calls it. settings: uvicorn's, beside those that hold for every server of ours."""

    def __init__(self, name: str, app: Any, **settings: Any) -> None:
        self._name = name
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            **settings,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The one it listens on, once `start` has returned."""
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Raises OSError when the port cannot be had."""
        self._task = asyncio.create_task(self._serve())
        while not self._server.started:
            if self._task.done():
                self._task.result()
                raise OSError(f"the server of {self._name} ended at its start")
            await asyncio.sleep(0.02)
        self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Give what is under way its time, and end."""
        self._server.should_exit = True
        if self._task is not None:
            with contextlib.suppress(Exception):
                await self._task

    async def _serve(self) -> None:
        try:
            await self._server.serve()
        except SystemExit:  # uvicorn's way to say that the port is taken
            raise OSError(f"the port of {self._name} cannot be had") from None

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or self._server.should_exit:
            return
        failed = task.exception()
        log.error("server.ended", kind=self._name, problem=type(failed).__name__ if failed else "none", alarm=True)
