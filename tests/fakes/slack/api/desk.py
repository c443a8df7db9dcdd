"""One answer for each call: known token, right kind, scopes, limits, then the method itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from tests.fakes.slack.api.call import Call, Method
from tests.fakes.slack.api.methods import METHODS
from tests.fakes.slack.limits import Limits
from tests.fakes.slack.state import Json, Refused, Token
from tests.fakes.slack.surfaces import Surfaces
from tests.fakes.slack.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One line of what the app asked for. answer: `ok`, or Slack's error. at: monotonic, ours; what it did is done."""

    method: str
    token: str
    arguments: Json
    answer: str
    at: float


@dataclass(kw_only=True)
class Desk:
    """more: methods that need the whole fake, such as opening connections. called: in order."""

    workspace: Workspace
    surfaces: Surfaces
    limits: Limits
    more: dict[str, Method] = field(default_factory=dict)
    called: list[Called] = field(default_factory=list)

    def answer(self, name: str, token: str, arguments: dict[str, Any]) -> Reply:
        headers: dict[str, str] = {}
        try:
            body = {"ok": True, **self._answered(name, token, arguments, headers)}
            status = 200
        except Refused as refused:
            body = {"ok": False, "error": refused.error, **refused.more}
            status = 429 if refused.retry_after else 200
            if refused.retry_after:
                headers["Retry-After"] = str(refused.retry_after)
        said, now = body.get("error", "ok"), monotonic()
        self.called.append(Called(method=name, token=token, arguments=arguments, answer=said, at=now))
        return Reply(status=status, body=body, headers=headers)

    def _answered(self, name: str, text: str, arguments: Json, headers: dict[str, str]) -> Json:
        method = (METHODS | self.more).get(name)
        if method is None:
            raise Refused("unknown_method", req_method=name)
        token = self.workspace.bot_token if method.open else self._token(text)
        headers["x-oauth-scopes"] = ",".join(sorted(token.scopes))
        headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        if token.kind not in method.kinds:
            raise Refused("not_allowed_token_type")
        call = Call(method=name, token=token, arguments=arguments, workspace=self.workspace, surfaces=self.surfaces)
        if method.scopes:
            call.scope(*method.scopes)
        self.limits.take(name, method.a_minute, arguments)
        return method.answer(call)

    def _token(self, text: str) -> Token:
        if not text:
            raise Refused("not_authed")
        token = self.workspace.tokens.get(text)
        if token is None:
            raise Refused("invalid_auth")
        if token.refused:
            raise Refused(token.refused)
        if self.workspace.time.passed() > token.expires:
            raise Refused("token_expired")
        return token
