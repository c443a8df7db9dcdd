"""An issuer of OpenID Connect for tests: real keys and tokens, no network; each of its answers can be made wrong."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from leakguard.clock import SetClock

ISSUER = "https://login.stats.example/realm"
CLIENT_ID, CLIENT_SECRET = "leak guard", "a secret of: ours"
KEY, OTHER_KEY = RSAKey.generate_key(2048, auto_kid=True), RSAKey.generate_key(2048, auto_kid=True)


@dataclass
class Issuer:
    """claims: laid over those of the token. about: laid over its description. sign: makes the token."""

    clock: SetClock
    claims: dict[str, Any] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    about: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] = lambda claims: jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims, KEY)
    is_down: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def client(self) -> httpx.AsyncClient:
        if self.is_down:
            return httpx.AsyncClient(transport=httpx.MockTransport(_down))
        routes = [
            Route("/realm/.well-known/openid-configuration", self._described),
            Route("/realm/token", self._token, methods=["POST"]),
            Route("/realm/keys", self._keys),
        ]
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=Starlette(routes=routes)))

    def signs_in(self, address: str) -> dict[str, str]:
        """Somebody signs in at the address that their browser was sent to: what the browser brings back."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
        question = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(question)
        code = f"code-{len(self._codes)}"
        self._codes[code] = question
        return {"code": code, "state": question["state"]}

    async def _described(self, request: Request) -> Response:
        described = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        return JSONResponse(described | self.about)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        question = self._codes.pop(str(form["code"]), None)
        who = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        verifier = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if (
            question is None
            or who != "leak%20guard:a%20secret%20of%3A%20ours"
            or challenge != question["code_challenge"]
            or str(form["redirect_uri"]) != question["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": ISSUER,
            "sub": "7",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": question["nonce"],
            "email": "Rae@stats.example",
            "email_verified": True,
            "name": "Rae",
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if name not in self.without}
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": self.sign(claims)})

    async def _keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})


def _down(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)
