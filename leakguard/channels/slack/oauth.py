"""What people agree to, exchanged with Slack for their tokens. It is rare: each exchange has its own connection.

ref: RFC 6749 section 4.1 (authorization code)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from leakguard.channels.slack.api import SLACK, ApiLimited, ApiRefused, ApiUnavailable, WebApi, text_in
from leakguard.service.consents import ExchangeRefused, ExchangeUnavailable, Granted

# Whatever else Slack answers may pass: a wrong secret of ours is no word of the person's.
_OVER = frozenset({"invalid_refresh_token", "token_revoked", "account_inactive", "user_not_found"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackOAuth:
    """back: our own address to which people come from Slack. scopes: what a person is asked for."""

    client_id: str
    client_secret: str = field(repr=False)
    back: str
    scopes: tuple[str, ...]
    api: str = SLACK

    def address(self, state: str, team: str) -> str:
        asked = {
            "client_id": self.client_id,
            "user_scope": ",".join(self.scopes),
            "redirect_uri": self.back,
            "state": state,
            "team": team,
        }
        return f"{self.api.removesuffix('api/')}oauth/v2/authorize?{urlencode(asked)}"

    async def redeem(self, code: str) -> Granted:
        answer = await self._access(code=code, redirect_uri=self.back)
        person = answer.get("authed_user")
        if not isinstance(person, Mapping):
            raise ExchangeUnavailable("Slack names nobody")
        return _granted(person, text_in(answer.get("team"), "id"), text_in(person, "id"))

    async def renew(self, renewal: str) -> Granted:
        """Slack names the person only when they agree: team and person are "" here."""
        return _granted(await self._access(grant_type="refresh_token", refresh_token=renewal), "", "")

    async def revoke(self, token: str) -> None:
        await self._call("auth.revoke", token)

    async def _access(self, **fields: str) -> Mapping[str, Any]:
        ours = {"client_id": self.client_id, "client_secret": self.client_secret}
        return await self._call("oauth.v2.access", "", **ours, **fields)

    async def _call(self, method: str, token: str, **fields: str) -> Mapping[str, Any]:
        failed: Exception
        try:
            async with aiohttp.ClientSession() as session:
                return await WebApi(session, self.api).call(method, token, **fields)
        except ApiRefused as refused:
            failed = ExchangeRefused(refused.code, is_over=refused.code in _OVER)
        except (ApiLimited, ApiUnavailable) as problem:
            failed = ExchangeUnavailable(type(problem).__name__)
        raise failed  # outside the handler: no answer travels with the error


def _granted(told: Mapping[str, Any], team: str, person: str) -> Granted:
    token, lasts = text_in(told, "access_token"), told.get("expires_in")
    if not token:
        raise ExchangeUnavailable("Slack gave no token")
    return Granted(
        team=team,
        person=person,
        token=token,
        renewal=text_in(told, "refresh_token"),
        expires_in=lasts if isinstance(lasts, int) and lasts > 0 else None,
        scopes=frozenset(each for each in text_in(told, "scope").split(",") if each),
    )
