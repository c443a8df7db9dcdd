"""One's own account: password, codes, sessions and API tokens."""

from __future__ import annotations

from starlette.responses import Response

from leakguard.model.account import Scope, Session
from leakguard.model.errors import NotSignedIn, Refused
from leakguard.service import totp
from leakguard.service.authority import scopes_of
from leakguard.service.own_account import LONGEST_TOKEN_DAYS, OwnAccount
from leakguard.service.passwords import RULES
from leakguard.web.doorkeeper import session_behind
from leakguard.web.entrances import client_of
from leakguard.web.visit import Page, Visit

_SMALL = 16 * 1024
_WRONG = "The password is not right."
SCOPES = {
    Scope.READ: "See held messages, releases, access and incidents. No content.",
    Scope.DECIDE: "Decide on held messages.",
    Scope.CHECK: "Check texts and files.",
    Scope.RELEASES: "Postpone, cancel and confirm releases.",
    Scope.AUDIT: "Read the audit.",
}


async def show(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, problem: str = "", made: str = "") -> Response:
    """made: a token, shown this once."""
    accounts, now = visit.house.accounts, visit.house.clock.now()
    account = await accounts.store.account(visit.actor.handle)
    if account is None:
        raise NotSignedIn("this account is gone")
    sessions = await accounts.store.sessions_of(account.handle)
    return visit.page(
        "account.html",
        status,
        account=account,
        sessions=[each for each in sessions if not each.is_over(now, accounts.times)],
        tokens=await accounts.store.tokens_of(account.handle),
        scopes={each: SCOPES[each] for each in scopes_of(account.roles)},
        longest=LONGEST_TOKEN_DAYS,
        rules=RULES,
        problem=problem,
        made=made,
    )


async def change_password(visit: Visit) -> Response:
    new = visit.exactly("password")
    if new != visit.exactly("repeated"):
        return await _page(visit, 422, "The two new passwords are not the same.")
    try:
        await _own(visit).change_password(await _session(visit), visit.exactly("old"), new, _client(visit))
    except Refused as refusal:
        return await _page(visit, 422, _said(refusal))
    return visit.go("account", told="password_changed")


async def show_codes(visit: Visit) -> Response:
    return _codes(visit, totp.new_secret())


def _codes(visit: Visit, secret: bytes, status: int = 200, problem: str = "") -> Response:
    link = totp.link(secret, visit.actor.handle)
    return visit.page("codes.html", status, secret=totp.as_text(secret), link=link, problem=problem)


async def start_codes(visit: Visit) -> Response:
    secret = totp.secret_of(visit.text("secret"))
    if secret is None:
        raise Refused("this form was changed on the way; open the page again")
    try:
        own, session = _own(visit), await _session(visit)
        await own.start_codes(session, visit.exactly("password"), secret, visit.text("code"), _client(visit))
    except Refused as refusal:
        return _codes(visit, secret, 422, _said(refusal))
    return visit.go("account", told="codes_on")


async def stop_codes(visit: Visit) -> Response:
    try:
        await _own(visit).stop_codes(await _session(visit), visit.exactly("password"), _client(visit))
    except Refused as refusal:
        return await _page(visit, 422, _said(refusal))
    return visit.go("account", told="codes_off")


async def make_token(visit: Visit) -> Response:
    assert visit.visitor is not None
    if not visit.visitor.is_fresh:
        return visit.prove_first(visit.request.app.url_path_for("account"))
    scopes = [Scope(each) for each in visit.texts("scope") if each in set(Scope)]
    days = visit.text("days")
    try:
        _, made = await _own(visit).issue_token(
            await _session(visit), visit.text("name"), scopes, int(days) if days.isdecimal() and len(days) < 5 else 0
        )
    except Refused as refusal:
        return await _page(visit, 422, str(refusal))
    return await _page(visit, made=made)


async def revoke_token(visit: Visit) -> Response:
    await _own(visit).revoke_token(await _session(visit), visit.text("token"))
    return visit.go("account", told="token_revoked")


def _own(visit: Visit) -> OwnAccount:
    return OwnAccount(accounts=visit.house.accounts)


async def _session(visit: Visit) -> Session:
    assert visit.visitor is not None
    return await session_behind(visit.house.accounts, visit.visitor)


def _client(visit: Visit) -> str:
    return client_of(visit.request, visit.house.entrances.proxy)


def _said(refusal: Refused) -> str:
    return _WRONG if isinstance(refusal, NotSignedIn) else str(refusal)


PAGES = (
    Page(path="/account", name="account", handler=show),
    Page(path="/account/password", name="account_password", handler=change_password, is_post=True, largest=_SMALL),
    Page(path="/account/codes", name="account_codes", handler=show_codes),
    Page(path="/account/codes", name="account_codes_start", handler=start_codes, is_post=True, largest=_SMALL),
    Page(path="/account/codes/stop", name="account_codes_stop", handler=stop_codes, is_post=True, largest=_SMALL),
    Page(path="/account/tokens", name="account_token", handler=make_token, is_post=True, largest=_SMALL),
    Page(path="/account/tokens/revoke", name="account_revoke", handler=revoke_token, is_post=True, largest=_SMALL),
)
