"""The pages' server: what it bears of one connection, and its TLS."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from starlette.types import ASGIApp

from leakguard.serving import InProcess
from leakguard.web.connections import BoundedConnection

log = structlog.get_logger("leakguard.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """cert, key: PEM files for TLS; "" behind a proxy that ends TLS, or on loopback."""

    host: str = "127.0.0.1"
    port: int = 8080
    cert: str = ""
    key: str = ""


class WebServer(InProcess):
    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        super().__init__(
            "the pages",
            app,
            http=BoundedConnection,
            ws="none",
            host=settings.host,
            port=settings.port,
            ssl_certfile=settings.cert or None,
            ssl_keyfile=settings.key or None,
            timeout_graceful_shutdown=3,
            timeout_keep_alive=30,
            h11_max_incomplete_event_size=65_536,
            backlog=100,
        )

    async def start(self) -> None:
        """Raises OSError when the port cannot be had."""
        await super().start()
        log.info("web.serving", port=self.port)
