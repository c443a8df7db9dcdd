"""Sign-in and its end, the first password by a one-time link, and proving once more who one is."""

from __future__ import annotations

from starlette.responses import JSONResponse, RedirectResponse, Response

from leakguard.model.account import SignedInBy
from leakguard.model.errors import NotSignedIn, Refused, TooManyTries
from leakguard.service.own_account import OwnAccount
from leakguard.service.passwords import RULES
from leakguard.web.doorkeeper import give, session_behind, take, token_in
from leakguard.web.entrances import client_of
from leakguard.web.visit import Page, Visit, local_path

_SMALL = 16 * 1024


async def show(visit: Visit) -> Response:
    back_to = local_path(visit.request.query_params.get("next", "/"))
    if visit.visitor is not None:
        return RedirectResponse(back_to, status_code=303)
    proxy = visit.house.entrances.proxy
    vouched = proxy.vouched(visit.request) if proxy else None
    if vouched is None:
        return _form(visit, back_to)
    try:
        _, token = await visit.house.accounts.admit(
            vouched.handle, SignedInBy.PROXY, vouched.name, vouched.roles, client_of(visit.request, proxy)
        )
    except NotSignedIn:
        return _form(visit, back_to, 403, "You are known, but you have no account here. Ask an administrator for one.")
    return _in(visit, token, back_to)


async def sign_in(visit: Visit) -> Response:
    back_to = local_path(visit.text("next") or "/")
    try:
        _, token = await visit.house.accounts.sign_in(
            visit.text("handle"),
            visit.exactly("password"),
            visit.text("code"),
            client_of(visit.request, visit.house.entrances.proxy),
            replaces=token_in(visit.request, is_https=visit.house.is_https),
        )
    except TooManyTries as problem:
        return _later(_form(visit, back_to, 429, _wait(problem)), problem)
    except Refused as problem:
        return _form(visit, back_to, 422, str(problem))
    return _in(visit, token, back_to)


def _form(visit: Visit, back_to: str, status: int = 200, problem: str = "") -> Response:
    return visit.page("sign_in.html", status, back_to=back_to, problem=problem, handle=visit.text("handle"))


def _in(visit: Visit, token: str, back_to: str) -> Response:
    answer = RedirectResponse(back_to, status_code=303)
    give(answer, token, is_https=visit.house.is_https)
    return answer


async def sign_out(visit: Visit) -> Response:
    assert visit.visitor is not None
    session = await visit.house.accounts.store.session(visit.visitor.session)
    if session is not None:
        await visit.house.accounts.sign_out(session)
    return _out(visit)


async def sign_out_everywhere(visit: Visit) -> Response:
    assert visit.visitor is not None
    await visit.house.accounts.sign_out_everywhere(await session_behind(visit.house.accounts, visit.visitor))
    return _out(visit)


def _out(visit: Visit) -> Response:
    answer = visit.go("signed_out")
    take(answer, is_https=visit.house.is_https)
    answer.headers["clear-site-data"] = '"cache"'
    return answer


async def signed_out(visit: Visit) -> Response:
    return visit.page("signed_out.html")


async def show_again(visit: Visit) -> Response:
    assert visit.visitor is not None
    back_to = local_path(visit.request.query_params.get("next", "/"))
    session = await session_behind(visit.house.accounts, visit.visitor)
    if session.signed_in_by is SignedInBy.OIDC and visit.house.entrances.oidc:
        return visit.page("again_elsewhere.html", back_to=back_to)  # a link: no form of ours may lead to another site
    return visit.page("again.html", back_to=back_to, problem="")


async def again(visit: Visit) -> Response:
    assert visit.visitor is not None
    back_to = local_path(visit.text("next") or "/")
    accounts, client = visit.house.accounts, client_of(visit.request, visit.house.entrances.proxy)
    try:
        session = await session_behind(accounts, visit.visitor)
        _, token = await accounts.re_authenticate(session, visit.exactly("password"), client)
    except TooManyTries as problem:
        return _later(visit.page("again.html", 429, back_to=back_to, problem=_wait(problem)), problem)
    except NotSignedIn:
        return visit.page("again.html", 422, back_to=back_to, problem="The password is not right.")
    return _in(visit, token, back_to)


async def show_welcome(visit: Visit) -> Response:
    return visit.page("welcome.html", rules=RULES, problem="", code="")


async def welcome(visit: Visit) -> Response:
    code, password = visit.text("code").rpartition("#")[2], visit.exactly("password")
    problem = "" if password == visit.exactly("repeated") else "The two passwords are not the same."
    try:
        if not problem:
            await OwnAccount(accounts=visit.house.accounts).welcome(code, password)
            return visit.go("sign_in", told="password_set")
    except Refused as refusal:
        problem = str(refusal)
    return visit.page("welcome.html", 422, rules=RULES, problem=problem, code=code)


async def still_here(visit: Visit) -> Response:
    """Asked by the button that keeps a session; having asked is what keeps it."""
    assert visit.visitor is not None
    ends_at, now = visit.visitor.ends_at, visit.house.clock.now()
    return JSONResponse({"ends_at": ends_at.isoformat() if ends_at else "", "now": now.isoformat()})


def _wait(problem: TooManyTries) -> str:
    minutes = -(-problem.seconds // 60)
    how_long = f"{minutes} minutes" if minutes > 1 else "a minute"
    return f"There were too many tries. Wait {how_long}, then try again. Nothing was looked at now."


def _later(answer: Response, problem: TooManyTries) -> Response:
    answer.headers["retry-after"] = str(problem.seconds)
    return answer


PAGES = (
    Page(path="/sign-in", name="sign_in", handler=show, is_open=True),
    Page(path="/sign-in", name="sign_in_form", handler=sign_in, is_open=True, is_post=True, largest=_SMALL),
    Page(path="/sign-out", name="sign_out", handler=sign_out, is_post=True, largest=_SMALL),
    Page(
        path="/sign-out-everywhere",
        name="sign_out_everywhere",
        handler=sign_out_everywhere,
        is_post=True,
        largest=_SMALL,
    ),
    Page(path="/signed-out", name="signed_out", handler=signed_out, is_open=True),
    Page(path="/again", name="again", handler=show_again),
    Page(path="/again", name="again_form", handler=again, is_post=True, largest=_SMALL),
    Page(path="/welcome", name="welcome", handler=show_welcome, is_open=True),
    Page(path="/welcome", name="welcome_form", handler=welcome, is_open=True, is_post=True, largest=_SMALL),
    Page(path="/still-here", name="still_here", handler=still_here),
)
