"""Sign-in by an issuer of OpenID Connect: the code flow with PKCE, state and nonce.

Rule of this file: authlib and httpx are imported when an issuer is configured, and nobody else pays for them.
ref: OpenID Connect Core 1.0 section 3.1; RFC 7636
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import structlog

from leakguard.model.errors import NotSignedIn, Refused
from leakguard.service.ports import Clock

if TYPE_CHECKING:
    import httpx

log = structlog.get_logger("leakguard.web")

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
DEADLINE_SECONDS = 10.0
LEEWAY_SECONDS = 60
FRESH_SECONDS = 300
_LARGEST_ANSWER = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What a browser has to bring back, kept in a cookie of its own. again: it is asked to prove itself anew."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    back_to: str
    again: str = ""

    def text(self) -> str:
        return urlencode(asdict(self))

    @classmethod
    def of(cls, text: str) -> Pending | None:
        try:
            return cls(**dict(parse_qsl(text, keep_blank_values=True, max_num_fields=10)))
        except (TypeError, ValueError):
            return None


def _client() -> httpx.AsyncClient:
    import httpx

    return httpx.AsyncClient(timeout=DEADLINE_SECONDS, follow_redirects=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdConnect:
    """back: our own address that the issuer sends browsers to."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    back: str
    clock: Clock
    handle_claim: str = "email"
    roles_claim: str | None = None
    client: Callable[[], httpx.AsyncClient] = _client

    async def start(self, back_to: str, *, again: bool) -> tuple[str, Pending]:
        """Where to send the browser, and what it has to bring back. Raises Refused."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        about = await self._about()
        pending = Pending(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            back_to=back_to,
            again="yes" if again else "",
        )
        question = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "scope": "openid email profile",
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": create_s256_code_challenge(pending.verifier),
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if again else {}),
        }
        address = about["authorization_endpoint"]
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(question)}", pending

    async def finish(self, answer: Mapping[str, str], pending: Pending) -> dict[str, Any]:
        """The claims about whoever came back. Raises NotSignedIn, Refused."""
        state = answer.get("state", "")
        if not hmac.compare_digest(state.encode(), pending.state.encode()) or not answer.get("code"):
            raise NotSignedIn("the sign-in was not finished; begin again")
        if "iss" in answer and answer["iss"] != self.issuer:
            raise NotSignedIn("the answer came from another issuer")
        about = await self._about()
        question = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": self.back,
            "code_verifier": pending.verifier,
        }
        given = await self._ask("POST", about["token_endpoint"], question)
        keys = await self._ask("GET", about["jwks_uri"])
        return self._claims(str(given.get("id_token", "")), keys, pending)

    def handle_in(self, claims: Mapping[str, Any]) -> str:
        """Raises NotSignedIn."""
        handle = claims.get(self.handle_claim)
        if not isinstance(handle, str) or "@" not in handle or claims.get("email_verified") is False:
            raise NotSignedIn("the issuer names no e-mail address of yours that it has verified")
        return handle

    def groups_in(self, claims: Mapping[str, Any]) -> tuple[str, ...] | None:
        """None when roles are not the issuer's business."""
        if self.roles_claim is None:
            return None
        said = claims.get(self.roles_claim)
        groups = said if isinstance(said, list) else [said]
        return tuple(each for each in groups if isinstance(each, str))

    def _claims(self, token: str, keys: Any, pending: Pending) -> dict[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        now = int(self.clock.now().timestamp())
        wanted = {name: {"essential": True, "value": each} for name, each in self._wanted().items()}
        parameters = {"nonce": pending.nonce, "client_id": self.client_id, "max_age": pending.again}
        try:
            read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
            claims = CodeIDToken(read.claims, read.header, options=wanted, params=parameters)
            claims.validate(now=now, leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, KeyError, TypeError) as problem:
            log.warning("sign_in.issuer_refused", problem=type(problem).__name__)
            raise NotSignedIn("the issuer's statement does not hold; begin again") from None
        if pending.again and int(claims["auth_time"]) < now - FRESH_SECONDS:
            raise NotSignedIn("the issuer did not ask you again")
        return dict(claims)

    def _wanted(self) -> dict[str, str]:
        return {"iss": self.issuer, "aud": self.client_id}

    async def _about(self) -> dict[str, str]:
        """The issuer's own description of itself."""
        said = await self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        about = {name: said.get(name, "") for name in names}
        scheme = urlsplit(self.issuer).scheme
        if said.get("issuer") != self.issuer or any(
            not isinstance(each, str) or urlsplit(each).scheme != scheme for each in about.values()
        ):
            raise Refused("the issuer of sign-in describes itself wrongly; tell your administrator")
        return about

    async def _ask(self, method: str, url: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        import httpx

        who = httpx.BasicAuth(quote(self.client_id, safe=""), quote(self.client_secret, safe="")) if form else None
        try:
            async with self.client() as client:
                answer = await client.request(method, url, data=form, auth=who, headers={"accept": "application/json"})
            said = answer.json() if answer.status_code == 200 and len(answer.content) <= _LARGEST_ANSWER else None
        except (httpx.HTTPError, ValueError) as problem:
            log.warning("sign_in.issuer_silent", problem=type(problem).__name__)
            said = None
        if not isinstance(said, dict):
            raise Refused("the issuer of sign-in did not answer; try again in a minute")
        return said
