"""The way to the issuer of OpenID Connect and back."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from leakguard.model.account import SignedInBy
from leakguard.model.errors import NotFound, NotSignedIn
from leakguard.web.doorkeeper import cookie_name, give, take
from leakguard.web.entrances import client_of, mapped, shown
from leakguard.web.oidc import OpenIdConnect, Pending
from leakguard.web.visit import Page, Visit, local_path

_SECONDS = 600
_ABOUT = "-oidc"


async def start(visit: Visit) -> Response:
    oidc, asked = _issuer(visit), visit.request.query_params
    address, pending = await oidc.start(local_path(asked.get("next", "/")), again=bool(asked.get("again")))
    answer = RedirectResponse(address, status_code=303)
    is_https = visit.house.is_https
    name = cookie_name(is_https=is_https, about=_ABOUT)
    answer.set_cookie(name, pending.text(), _SECONDS, path="/", secure=is_https, httponly=True, samesite="lax")
    return answer


async def back(visit: Visit) -> Response:
    """A GET that signs in: it carries the state that only this browser was given, and a code that works once."""
    oidc, house = _issuer(visit), visit.house
    pending = Pending.of(visit.request.cookies.get(cookie_name(is_https=house.is_https, about=_ABOUT), ""))
    if pending is None:
        raise NotSignedIn("the sign-in took too long, or began in another browser; begin again")
    claims = await oidc.finish(visit.request.query_params, pending)
    groups = oidc.groups_in(claims)
    roles = None if groups is None else mapped(groups, house.entrances.role_map)
    handle, name = oidc.handle_in(claims), shown(str(claims.get("name", "")))
    client = client_of(visit.request, house.entrances.proxy)
    _, token = await house.accounts.admit(handle, SignedInBy.OIDC, name, roles, client)
    answer = RedirectResponse(local_path(pending.back_to), status_code=303)
    take(answer, is_https=house.is_https, about=_ABOUT)
    give(answer, token, is_https=house.is_https)
    return answer


def _issuer(visit: Visit) -> OpenIdConnect:
    if visit.house.entrances.oidc is None:
        raise NotFound("sign-in by another service is not set up here")
    return visit.house.entrances.oidc


PAGES = (
    Page(path="/sign-in/oidc", name="sign_in_oidc", handler=start, is_open=True),
    Page(path="/sign-in/oidc/back", name="sign_in_oidc_back", handler=back, is_open=True),
)
