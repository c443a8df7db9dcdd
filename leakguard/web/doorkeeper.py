"""Who sent a request: the session of its cookie, as the store knows it at this moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from leakguard.model.account import Session, SignedInBy
from leakguard.model.address import canonical
from leakguard.model.errors import NotSignedIn
from leakguard.service.accounts import Accounts
from leakguard.web.entrances import Entrances
from leakguard.web.house import Visitor

_LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDoorkeeper:
    accounts: Accounts
    entrances: Entrances = field(default_factory=Entrances)
    is_https: bool

    async def visitor(self, request: Request, *, touch: bool) -> Visitor | None:
        """Raises Forbidden when somebody but the proxy says who they are."""
        vouched = self.entrances.proxy.vouched(request) if self.entrances.proxy else None
        session = await self.accounts.session_of(token_in(request, is_https=self.is_https), touch=touch)
        if session is None:
            return None
        if session.signed_in_by is SignedInBy.PROXY and (
            vouched is None or canonical(vouched.handle) != session.handle
        ):
            return None  # the proxy has signed them out, or somebody else in
        try:
            actor = await self.accounts.actor_of(session)
        except NotSignedIn:
            return None
        times, now = self.accounts.times, self.accounts.clock.now()
        return Visitor(
            actor=actor,
            csrf=session.csrf,
            session=session.digest,
            is_fresh=session.is_fresh(now, times),
            ends_at=session.ends_at(times),
        )


def token_in(request: Request, *, is_https: bool) -> str:
    return request.cookies.get(cookie_name(is_https=is_https), "")[:_LONGEST_TOKEN]


def cookie_name(*, is_https: bool, about: str = "") -> str:
    """Browsers keep a __Host- cookie only from https and for this host alone; plain http is for this machine only."""
    return f"{'__Host-' if is_https else ''}leakguard{about}"


def give(response: Response, token: str, *, is_https: bool) -> None:
    """The session's cookie: until the browser closes; the store knows when it is over."""
    response.set_cookie(cookie_name(is_https=is_https), token, path="/", secure=is_https, httponly=True, samesite="lax")


def take(response: Response, *, is_https: bool, about: str = "") -> None:
    name = cookie_name(is_https=is_https, about=about)
    response.set_cookie(name, "", max_age=0, path="/", secure=is_https, httponly=True, samesite="lax")


async def session_behind(accounts: Accounts, visitor: Visitor) -> Session:
    """Raises NotSignedIn when it ended since the request came in."""
    session = await accounts.store.session(visitor.session)
    if session is None:
        raise NotSignedIn("your session ended; sign in again")
    return session
