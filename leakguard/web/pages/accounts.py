"""Accounts: the list, a new one, and what an administrator does about one."""

from __future__ import annotations

from starlette.responses import Response

from leakguard.model.account import Account, Role
from leakguard.model.errors import NotFound, Refused
from leakguard.service.account_desk import AccountDesk
from leakguard.service.accounts import digest_of
from leakguard.service.authority import Permission
from leakguard.web.visit import Page, Visit

_SMALL = 16 * 1024
ROLES = {
    Role.REVIEWER: "Decides on held messages.",
    Role.APPROVER: "The second person; may download a message.",
    Role.PRA_OFFICER: "Acts on releases and access; reads the audit.",
    Role.AUDITOR: "Reads the record, decides nothing.",
    Role.ADMINISTRATOR: "Keeps accounts; sees no message.",
}


async def show(visit: Visit) -> Response:
    return await _list(visit)


async def _list(visit: Visit, status: int = 200, problem: str = "") -> Response:
    found = await _desk(visit).listing()
    given = {"handle": visit.text("handle"), "name": visit.text("name"), "roles": visit.texts("role")}
    rows = [(key_of(each), each) for each in found]
    return visit.page("accounts.html", status, accounts=rows, roles=ROLES, problem=problem, given=given)


async def create(visit: Visit) -> Response:
    try:
        account, code = await _desk(visit).create(visit.text("handle"), visit.text("name"), _roles(visit))
    except Refused as refusal:
        return await _list(visit, 422, str(refusal))
    return _link(visit, account, code)


async def show_one(visit: Visit) -> Response:
    return await _one(visit, await _chosen(visit))


async def _one(visit: Visit, account: Account, status: int = 200, problem: str = "") -> Response:
    sessions = await visit.house.accounts.store.sessions_of(account.handle)
    now, times = visit.house.clock.now(), visit.house.accounts.times
    return visit.page(
        "one_account.html",
        status,
        account=account,
        key=key_of(account),
        roles=ROLES,
        open_sessions=sum(not each.is_over(now, times) for each in sessions),
        tokens=len(await visit.house.accounts.store.tokens_of(account.handle)),
        is_own=account.handle == visit.actor.handle,
        problem=problem,
    )


async def set_roles(visit: Visit) -> Response:
    account = await _chosen(visit)
    try:
        await _desk(visit).set_roles(account.handle, _roles(visit))
    except Refused as refusal:
        return await _one(visit, account, 422, str(refusal))
    return visit.go("one_account", told="account_roles", key=key_of(account))


async def disable(visit: Visit) -> Response:
    account = await _chosen(visit)
    try:
        await _desk(visit).disable(account.handle)
    except Refused as refusal:
        return await _one(visit, account, 422, str(refusal))
    return visit.go("one_account", told="account_disabled", key=key_of(account))


async def enable(visit: Visit) -> Response:
    account = await _chosen(visit)
    try:
        await _desk(visit).enable(account.handle)
    except Refused as refusal:
        return await _one(visit, account, 422, str(refusal))
    return visit.go("one_account", told="account_enabled", key=key_of(account))


async def reset(visit: Visit) -> Response:
    account = await _chosen(visit)
    try:
        account, code = await _desk(visit).reset(account.handle)
    except Refused as refusal:
        return await _one(visit, account, 422, str(refusal))
    return _link(visit, account, code)


def _link(visit: Visit, account: Account, code: str) -> Response:
    """The one page that shows it; it is not kept."""
    return visit.page("account_link.html", account=account, key=key_of(account), code=code)


def key_of(account: Account) -> str:
    """Names an account in our addresses, which stand in logs, without its owner's."""
    return digest_of(account.handle)[:16]


async def _chosen(visit: Visit) -> Account:
    for each in await _desk(visit).listing():
        if key_of(each) == visit.request.path_params["key"]:
            return each
    raise NotFound("there is no such account")


def _desk(visit: Visit) -> AccountDesk:
    return AccountDesk(store=visit.house.accounts.store, clock=visit.house.clock, actor=visit.actor)


def _roles(visit: Visit) -> frozenset[Role]:
    return frozenset(Role(each) for each in visit.texts("role") if each in set(Role))


_MAY = Permission.KEEP_ACCOUNTS
_ONE = "/accounts/{key}"
PAGES = (
    Page(path="/accounts", name="accounts", handler=show, permission=_MAY),
    Page(path="/accounts", name="accounts_create", handler=create, permission=_MAY, is_post=True, largest=_SMALL),
    Page(path=_ONE, name="one_account", handler=show_one, permission=_MAY),
    Page(path=f"{_ONE}/roles", name="account_roles", handler=set_roles, permission=_MAY, is_post=True, largest=_SMALL),
    Page(
        path=f"{_ONE}/disable", name="account_disable", handler=disable, permission=_MAY, is_post=True, largest=_SMALL
    ),
    Page(path=f"{_ONE}/enable", name="account_enable", handler=enable, permission=_MAY, is_post=True, largest=_SMALL),
    Page(path=f"{_ONE}/reset", name="account_reset", handler=reset, permission=_MAY, is_post=True, largest=_SMALL),
)
