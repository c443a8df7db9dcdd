"""One's own account: its password, its second factor and its API tokens."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from leakguard.model.account import Role, Scope
from leakguard.model.errors import Forbidden, NotFound, NotSignedIn, Refused, TooManyTries
from leakguard.service.accounts import digest_of
from leakguard.service.authority import ALLOWED, REACH, Permission, may
from leakguard.service.totp import STEP_SECONDS, _code
from tests.unit.accounts.people import CLIENT, OTHER, PASSWORD, RAE, SECRET, START, People

FOR_PEOPLE_ONLY = {
    Permission.READ_CONTENT,
    Permission.BREAK_GLASS,
    Permission.DOWNLOAD,
    Permission.APPROVE,
    Permission.KEEP_INCIDENTS,
    Permission.KEEP_ACCOUNTS,
}


def code_at(people: People, steps: int = 0) -> str:
    return _code(SECRET, int(people.clock.now().timestamp()) // STEP_SECONDS + steps).decode()


async def with_codes(people: People):
    """Somebody whose codes were asked from START on; the code of that moment is used."""
    session = await people.signed_in()
    await people.own.start_codes(session, PASSWORD, SECRET, code_at(people))
    return session


async def test_a_changed_password_counts_and_ends_every_other_session(people: People) -> None:
    await people.add()
    session, here = await people.accounts.sign_in(RAE, PASSWORD)
    _, there = await people.accounts.sign_in(RAE, PASSWORD)

    await people.own.change_password(session, PASSWORD, OTHER)

    assert await people.accounts.session_of(here) is not None
    assert await people.accounts.session_of(there) is None
    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in(RAE, PASSWORD)
    await people.accounts.sign_in(RAE, OTHER)


async def test_a_password_is_changed_by_who_knows_it(people: People) -> None:
    session = await people.signed_in()

    with pytest.raises(NotSignedIn):
        await people.own.change_password(session, "wrong", OTHER)
    with pytest.raises(Refused, match="too short"):
        await people.own.change_password(session, PASSWORD, "short")

    await people.accounts.sign_in(RAE, PASSWORD)


async def test_guessing_the_old_password_is_limited_as_signing_in_is(people: People) -> None:
    session = await people.signed_in()

    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await people.own.change_password(session, "wrong", OTHER, CLIENT)

    with pytest.raises(TooManyTries):
        await people.own.change_password(session, PASSWORD, OTHER, CLIENT)


async def test_a_session_that_ended_meanwhile_does_not_come_back_by_a_new_password(people: People) -> None:
    session = await people.signed_in()

    async def sign_out() -> None:
        await people.accounts.sign_out_everywhere(session)

    people.passwords.meanwhile = sign_out
    with pytest.raises(Exception, match="somebody else changed"):
        await people.own.change_password(session, PASSWORD, OTHER)

    assert await people.store.accounts.sessions_of(RAE) == ()


async def test_a_code_is_asked_once_it_was_seen_to_arrive(people: People) -> None:
    session = await people.signed_in()

    with pytest.raises(Refused, match="does not fit"):
        await people.own.start_codes(session, PASSWORD, SECRET, "000000")
    await people.accounts.sign_in(RAE, PASSWORD)

    await people.own.start_codes(session, PASSWORD, SECRET, code_at(people))
    people.later(seconds=STEP_SECONDS)
    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in(RAE, PASSWORD, "000000")
    await people.accounts.sign_in(RAE, PASSWORD, code_at(people))


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_code_counts_one_step_early_and_one_step_late(people: People, steps: int, opens: bool) -> None:
    await with_codes(people)
    people.later(minutes=10)

    code = code_at(people, steps)

    if opens:
        await people.accounts.sign_in(RAE, PASSWORD, code)
    else:
        with pytest.raises(NotSignedIn):
            await people.accounts.sign_in(RAE, PASSWORD, code)


async def test_a_code_counts_once(people: People) -> None:
    await with_codes(people)
    people.later(minutes=10)
    code = code_at(people)
    await people.accounts.sign_in(RAE, PASSWORD, code)

    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in(RAE, PASSWORD, code)
    people.later(seconds=STEP_SECONDS)
    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in(RAE, PASSWORD, code)


async def test_the_code_that_set_it_up_is_used(people: People) -> None:
    await with_codes(people)

    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in(RAE, PASSWORD, code_at(people))


async def test_no_code_older_than_a_used_one_counts(people: People) -> None:
    await with_codes(people)
    people.later(minutes=10)
    await people.accounts.sign_in(RAE, PASSWORD, code_at(people, 1))

    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in(RAE, PASSWORD, code_at(people))


async def test_two_sign_ins_with_one_code_open_one_session(people: People) -> None:
    session = await with_codes(people)
    await people.accounts.sign_out(session)
    people.later(minutes=10)

    both = [people.accounts.sign_in(RAE, PASSWORD, code_at(people)) for _ in range(2)]
    answers = await asyncio.gather(*both, return_exceptions=True)

    assert sorted(type(each).__name__ for each in answers) == ["NotSignedIn", "tuple"]
    assert len(await people.store.accounts.sessions_of(RAE)) == 1


async def test_a_code_may_be_typed_in_groups(people: People) -> None:
    await with_codes(people)
    people.later(minutes=10)
    code = code_at(people)

    await people.accounts.sign_in(RAE, PASSWORD, f" {code[:3]} {code[3:]} ")


async def test_codes_stop_by_password_and_by_a_reset(people: People) -> None:
    session = await with_codes(people)
    with pytest.raises(Refused, match="already"):
        await people.own.start_codes(session, PASSWORD, SECRET, code_at(people))

    await people.own.stop_codes(session, PASSWORD)

    await people.accounts.sign_in(RAE, PASSWORD)
    with pytest.raises(Refused):
        await people.own.stop_codes(session, PASSWORD)


async def test_a_lost_telephone_is_helped_by_a_reset(people: People) -> None:
    await with_codes(people)

    _, code = await people.desk(Role.ADMINISTRATOR).reset(RAE)
    await people.own.welcome(code, PASSWORD)

    await people.accounts.sign_in(RAE, PASSWORD)


async def test_a_token_acts_for_its_owner_within_its_scopes(people: People) -> None:
    session = await people.signed_in()

    token, text = await people.own.issue_token(session, " Night  dashboard ", {Scope.READ, Scope.CHECK}, 30)
    actor = await people.accounts.bearer(text)

    assert (actor.handle, actor.roles, actor.scopes) == (RAE, {Role.REVIEWER}, {Scope.READ, Scope.CHECK})
    assert token.name == "Night dashboard"
    assert text.startswith("lgt_")
    assert may(actor, Permission.SEE_QUEUE)
    assert may(actor, Permission.CHECK)
    assert not may(actor, Permission.DECIDE)


async def test_a_token_is_shown_once_and_never_kept(people: People) -> None:
    session = await people.signed_in()

    token, text = await people.own.issue_token(session, "x", {Scope.READ}, 30)

    [kept] = await people.store.accounts.tokens_of(RAE)
    assert kept == token
    assert kept.digest == digest_of(text)
    assert text not in repr(await people.store.audit())
    assert await people.last_event() == {
        "event": "TokenMade",
        "actor": RAE,
        "handle": RAE,
        "token": token.id,
        "scopes": ["read"],
    }


async def test_a_token_ends_at_its_instant(people: People) -> None:
    session = await people.signed_in()
    _, text = await people.own.issue_token(session, "x", {Scope.READ}, 1)

    people.clock.set(START + timedelta(days=1) - timedelta(milliseconds=1))
    await people.accounts.bearer(text)

    people.clock.set(START + timedelta(days=1))
    with pytest.raises(NotSignedIn):
        await people.accounts.bearer(text)


async def test_a_token_that_is_taken_back_is_void(people: People) -> None:
    session = await people.signed_in()
    token, text = await people.own.issue_token(session, "x", {Scope.READ}, 30)

    await people.own.revoke_token(session, token.id)

    with pytest.raises(NotSignedIn):
        await people.accounts.bearer(text)
    assert (await people.last_event())["event"] == "TokenRevoked"


async def test_nobody_takes_back_the_token_of_somebody_else(people: People) -> None:
    session = await people.signed_in()
    token, text = await people.own.issue_token(session, "x", {Scope.READ}, 30)
    other = await people.signed_in("eve@stats.example")

    with pytest.raises(NotFound):
        await people.own.revoke_token(other, token.id)

    await people.accounts.bearer(text)


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("role", Role)
async def test_a_scope_is_given_by_who_may_do_what_it_is_for(people: People, role: Role, scope: Scope) -> None:
    session = await people.signed_in(RAE, role)
    purpose = {
        Scope.READ: Permission.SEE_QUEUE,
        Scope.DECIDE: Permission.DECIDE,
        Scope.CHECK: Permission.CHECK,
        Scope.RELEASES: Permission.ACT_ON_RELEASES,
        Scope.AUDIT: Permission.SEE_AUDIT,
    }[scope]

    if role in ALLOWED[purpose]:
        await people.own.issue_token(session, "x", {scope}, 1)
    else:
        with pytest.raises(Forbidden):
            await people.own.issue_token(session, "x", {scope}, 1)


async def test_a_token_loses_what_its_owner_loses(people: People) -> None:
    session = await people.signed_in()
    _, text = await people.own.issue_token(session, "x", {Scope.DECIDE}, 30)

    await people.desk(Role.ADMINISTRATOR).set_roles(RAE, frozenset({Role.AUDITOR}))

    assert not may(await people.accounts.bearer(text), Permission.DECIDE)


async def test_no_token_reaches_what_a_person_has_to_do_before_a_page(people: People) -> None:
    session = await people.signed_in(RAE, *Role)
    _, text = await people.own.issue_token(session, "x", set(Scope), 30)
    actor = await people.accounts.bearer(text)

    assert {each for each in Permission if not may(actor, each)} == FOR_PEOPLE_ONLY
    assert set(REACH) == set(Scope)


@pytest.mark.parametrize("text", ["", "lgt_guess", "token-1"])
async def test_a_guess_is_no_token(people: People, text: str) -> None:
    await people.signed_in()

    with pytest.raises(NotSignedIn):
        await people.accounts.bearer(text)


async def test_the_token_of_a_session_is_no_api_token(people: People) -> None:
    await people.add()
    _, browser = await people.accounts.sign_in(RAE, PASSWORD)

    with pytest.raises(NotSignedIn):
        await people.accounts.bearer(browser)


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [
        ("", {Scope.READ}, 1),
        ("x" * 61, {Scope.READ}, 1),
        ("x\u202e", {Scope.READ}, 1),
        ("x", set(), 1),
        ("x", {Scope.READ}, 0),
        ("x", {Scope.READ}, 366),
    ],
)
async def test_a_token_has_a_name_a_scope_and_an_end(people: People, name: str, scopes: set[Scope], days: int) -> None:
    session = await people.signed_in()

    with pytest.raises(Refused):
        await people.own.issue_token(session, name, scopes, days)


async def test_a_token_needs_a_fresh_session(people: People) -> None:
    session = await people.signed_in()
    people.later(minutes=5)

    with pytest.raises(Forbidden, match="password again"):
        await people.own.issue_token(session, "x", {Scope.READ}, 1)


async def test_there_is_an_end_to_tokens(people: People) -> None:
    session = await people.signed_in()
    for number in range(20):
        await people.own.issue_token(session, f"t{number}", {Scope.READ}, 1)

    with pytest.raises(Refused, match="revoke"):
        await people.own.issue_token(session, "one more", {Scope.READ}, 1)


async def test_where_passwords_are_off_no_link_sets_one() -> None:
    people = People(is_local=False)
    _, code = await people.desk(Role.ADMINISTRATOR).create(RAE, "", frozenset({Role.REVIEWER}))

    with pytest.raises(Refused, match="not used here"):
        await people.own.welcome(code, PASSWORD)
