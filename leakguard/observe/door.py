"""`/healthz`, `/readyz` and `/metrics` on a port of their own, so that probes need no account and pages no hole."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from leakguard.observe.health import Health
from leakguard.serving import InProcess

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


class ObserveDoor(InProcess):
    """Plain HTTP. Whoever can reach the port learns release ids and how much they hold, so keep it on this machine."""

    def __init__(self, host: str, port: int, health: Health) -> None:
        super().__init__(
            "observe",
            observe_site(health),
            host=host,
            port=port,
            limit_concurrency=_MOST_AT_ONCE,
            timeout_graceful_shutdown=1,
        )
