"""Keeping accounts: who may, what it does at once, and what nobody can do."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from leakguard.model.account import Role, Scope
from leakguard.model.errors import Forbidden, NotFound, NotSignedIn, Refused
from tests.unit.accounts.people import ADA, EVE, OTHER, PASSWORD, RAE, People

REVIEWER = frozenset({Role.REVIEWER})
ACTS = {
    "listing": lambda desk: desk.listing(),
    "account": lambda desk: desk.account(RAE),
    "create": lambda desk: desk.create("new@stats.example", "New", REVIEWER),
    "disable": lambda desk: desk.disable(RAE),
    "enable": lambda desk: desk.enable(RAE),
    "set_roles": lambda desk: desk.set_roles(RAE, REVIEWER),
    "reset": lambda desk: desk.reset(RAE),
}


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.ADMINISTRATOR])
@pytest.mark.parametrize("act", ACTS)
async def test_only_administrators_keep_accounts(people: People, act: str, role: Role) -> None:
    await people.add()
    before = await people.events()

    with pytest.raises(Forbidden):
        await ACTS[act](people.desk(role))

    assert await people.events() == before


async def test_the_first_administrator_comes_from_the_console(people: People) -> None:
    desk = people.desk(is_console=True, handle="root")

    account, code = await desk.create("Ada@Stats.Example", " Ada  L ", frozenset({Role.ADMINISTRATOR}))
    await people.own.welcome(code, PASSWORD)
    session, _ = await people.accounts.sign_in(ADA, PASSWORD)

    assert (account.handle, account.name) == (ADA, "Ada L")
    assert (await people.accounts.actor_of(session)).roles == {Role.ADMINISTRATOR}
    first = (await people.store.audit())[0]
    assert (first.kind, first.actor, first.body["handle"], first.body["roles"]) == (
        "AccountCreated",
        "root",
        ADA,
        ["administrator"],
    )


@pytest.mark.parametrize("handle", ["", "ada", "ada@", "@x.example", "a b@x.example", "<a@x.example>", "a@b@c.example"])
async def test_a_handle_is_an_address(people: People, handle: str) -> None:
    with pytest.raises(Refused):
        await people.desk(Role.ADMINISTRATOR).create(handle, "", REVIEWER)


async def test_an_account_has_a_role(people: People) -> None:
    await people.add()

    with pytest.raises(Refused, match="role"):
        await people.desk(Role.ADMINISTRATOR).create("new@stats.example", "", frozenset())
    with pytest.raises(Refused, match="role"):
        await people.desk(Role.ADMINISTRATOR).set_roles(RAE, frozenset())


async def test_an_address_has_one_account(people: People) -> None:
    await people.add()

    with pytest.raises(Refused, match="already"):
        await people.desk(Role.ADMINISTRATOR).create("RAE@stats.example", "", REVIEWER)


async def test_a_link_counts_for_a_day(people: People) -> None:
    _, code = await people.desk(Role.ADMINISTRATOR).create(RAE, "", REVIEWER)
    people.later(hours=24)

    with pytest.raises(Refused, match="older than a day"):
        await people.own.welcome(code, PASSWORD)

    people.clock.set(people.clock.now() - timedelta(milliseconds=1))
    await people.own.welcome(code, PASSWORD)


async def test_a_link_works_once(people: People) -> None:
    _, code = await people.desk(Role.ADMINISTRATOR).create(RAE, "", REVIEWER)
    await people.own.welcome(code, PASSWORD)

    with pytest.raises(Refused):
        await people.own.welcome(code, OTHER)

    await people.accounts.sign_in(RAE, PASSWORD)


async def test_of_two_who_follow_a_link_at_once_one_sets_the_password(people: People) -> None:
    _, code = await people.desk(Role.ADMINISTRATOR).create(RAE, "", REVIEWER)

    both = [people.own.welcome(code, each) for each in (PASSWORD, OTHER)]
    answers = await asyncio.gather(*both, return_exceptions=True)

    assert sorted(type(each).__name__ for each in answers) == ["Account", "Refused"]
    winner = (PASSWORD, OTHER)[[isinstance(each, Refused) for each in answers].index(False)]
    await people.accounts.sign_in(RAE, winner)


async def test_a_weak_password_does_not_use_up_the_link(people: People) -> None:
    _, code = await people.desk(Role.ADMINISTRATOR).create(RAE, "", REVIEWER)

    with pytest.raises(Refused, match="too short"):
        await people.own.welcome(code, "short")

    await people.own.welcome(f"  {code}\n", PASSWORD)


async def test_a_new_link_makes_the_one_before_void(people: People) -> None:
    desk = people.desk(Role.ADMINISTRATOR)
    _, first = await desk.create(RAE, "", REVIEWER)
    _, second = await desk.reset(RAE)

    with pytest.raises(Refused):
        await people.own.welcome(first, PASSWORD)
    await people.own.welcome(second, PASSWORD)


async def test_a_reset_takes_everything_and_gives_a_link(people: People) -> None:
    session = await people.signed_in()
    _, token = await people.own.issue_token(session, "dashboard", {Scope.READ}, 30)

    _, code = await people.desk(Role.ADMINISTRATOR).reset(RAE)

    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in(RAE, PASSWORD)
    with pytest.raises(NotSignedIn):
        await people.accounts.bearer(token)
    assert await people.store.accounts.sessions_of(RAE) == ()
    await people.own.welcome(code, OTHER)
    await people.accounts.sign_in(RAE, OTHER)


async def test_a_disabled_account_is_out_at_once_and_with_everything(people: People) -> None:
    await people.add()
    session, browser = await people.accounts.sign_in(RAE, PASSWORD)
    _, token = await people.own.issue_token(session, "dashboard", {Scope.READ}, 30)
    _, code = await people.desk(Role.ADMINISTRATOR).create("new@stats.example", "", REVIEWER)

    await people.desk(Role.ADMINISTRATOR).disable(RAE)
    await people.desk(Role.ADMINISTRATOR).disable("new@stats.example")

    assert await people.accounts.session_of(browser) is None
    with pytest.raises(NotSignedIn):
        await people.accounts.actor_of(session)
    with pytest.raises(NotSignedIn):
        await people.accounts.bearer(token)
    with pytest.raises(Refused):
        await people.own.welcome(code, PASSWORD)


async def test_an_account_that_is_enabled_again_has_its_password(people: People) -> None:
    await people.add()
    desk = people.desk(Role.ADMINISTRATOR)
    await desk.disable(RAE)
    with pytest.raises(Refused, match="already"):
        await desk.disable(RAE)
    with pytest.raises(Refused, match="enable"):
        await desk.reset(RAE)

    await desk.enable(RAE)

    await people.accounts.sign_in(RAE, PASSWORD)
    with pytest.raises(Refused):
        await desk.enable(RAE)


@pytest.mark.parametrize("act", ["disable", "enable", "set_roles", "reset"])
async def test_nobody_changes_their_own_account_here(people: People, act: str) -> None:
    await people.add(RAE, Role.ADMINISTRATOR)
    await people.add(EVE, Role.ADMINISTRATOR)

    with pytest.raises(Forbidden, match="own"):
        await ACTS[act](people.desk(Role.ADMINISTRATOR, handle="Rae@stats.example"))


async def test_the_console_may_help_whoever_sits_at_it(people: People) -> None:
    await people.add()
    desk = people.desk(is_console=True, handle=RAE)

    await desk.set_roles(RAE, frozenset({Role.ADMINISTRATOR}))

    assert (await desk.account(RAE)).roles == {Role.ADMINISTRATOR}


async def test_the_last_administrator_stays_even_for_the_console(people: People) -> None:
    await people.add(RAE, Role.ADMINISTRATOR)
    desk = people.desk(is_console=True, handle="root")

    with pytest.raises(Refused, match="last"):
        await desk.disable(RAE)
    with pytest.raises(Refused, match="last"):
        await desk.set_roles(RAE, REVIEWER)

    await people.add(EVE, Role.ADMINISTRATOR)
    await desk.disable(RAE)


async def test_two_administrators_who_disable_each_other_leave_one(people: People) -> None:
    await people.add(ADA, Role.ADMINISTRATOR)
    await people.add(EVE, Role.ADMINISTRATOR)

    each_other = [people.desk(Role.ADMINISTRATOR, handle=ADA).disable(EVE)]
    each_other.append(people.desk(Role.ADMINISTRATOR, handle=EVE).disable(ADA))
    answers = await asyncio.gather(*each_other, return_exceptions=True)

    assert sorted(type(each).__name__ for each in answers) == ["Account", "Refused"]


@pytest.mark.parametrize("act", ["disable", "enable", "set_roles", "reset", "account"])
async def test_who_has_no_account_cannot_be_changed(people: People, act: str) -> None:
    with pytest.raises(NotFound):
        await ACTS[act](people.desk(Role.ADMINISTRATOR))


async def test_each_change_is_on_record_with_who_made_it(people: People) -> None:
    await people.add()
    desk = people.desk(Role.ADMINISTRATOR)
    already = len(await people.events())

    await desk.set_roles(RAE, frozenset({Role.AUDITOR, Role.REVIEWER}))
    await desk.reset(RAE)
    await desk.disable(RAE)
    await desk.enable(RAE)

    entries = (await people.store.audit())[already:]
    assert [(each.actor, each.body["change"]) for each in entries] == [
        (ADA, "roles"),
        (ADA, "reset"),
        (ADA, "disabled"),
        (ADA, "enabled"),
    ]
    assert entries[0].body["roles"] == ["reviewer", "auditor"]
