"""Sessions: how long they last, how they end, and what needs the password once more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.account import Role, SignedInBy
from leakguard.model.errors import NotSignedIn, StoreUnavailable, TooManyTries
from tests.unit.accounts.people import CLIENT, OTHER, PASSWORD, RAE, START, People

MS = timedelta(milliseconds=1)


async def test_a_session_that_nobody_uses_ends_after_half_an_hour(people: People) -> None:
    await people.add()
    _, token = await people.accounts.sign_in(RAE, PASSWORD)

    people.clock.set(START + timedelta(minutes=30) - MS)
    assert await people.accounts.session_of(token, touch=False) is not None

    people.clock.set(START + timedelta(minutes=30))
    assert await people.accounts.session_of(token) is None


async def test_a_session_in_use_goes_on_but_never_beyond_twelve_hours(people: People) -> None:
    await people.add()
    _, token = await people.accounts.sign_in(RAE, PASSWORD)

    for _ in range(28):
        people.later(minutes=25)
        assert await people.accounts.session_of(token) is not None
    people.clock.set(START + timedelta(hours=12) - MS)
    assert await people.accounts.session_of(token) is not None
    people.clock.set(START + timedelta(hours=12))

    assert await people.accounts.session_of(token) is None


async def test_a_page_that_looks_by_itself_keeps_no_session_alive(people: People) -> None:
    await people.add()
    _, token = await people.accounts.sign_in(RAE, PASSWORD)

    for _ in range(29):
        people.later(minutes=1)
        assert await people.accounts.session_of(token, touch=False) is not None
    people.later(minutes=1)

    assert await people.accounts.session_of(token, touch=False) is None


async def test_use_is_written_once_a_minute_at_most(people: People) -> None:
    await people.add()
    _, token = await people.accounts.sign_in(RAE, PASSWORD)
    before = await people.store.version()

    for _ in range(59):
        people.later(seconds=1)
        await people.accounts.session_of(token)
    assert await people.store.version() == before

    people.later(seconds=1)
    assert (await people.accounts.session_of(token)).seen_at == people.clock.now()
    assert await people.store.version() != before


@pytest.mark.parametrize("token", ["", "guess", "\udcff"])
async def test_no_token_and_a_wrong_one_open_nothing(people: People, token: str) -> None:
    await people.signed_in()

    assert await people.accounts.session_of(token) is None


async def test_the_digest_is_no_token(people: People) -> None:
    session = await people.signed_in()

    assert await people.accounts.session_of(session.digest) is None


async def test_nobody_is_signed_in_while_the_store_is_away(people: People) -> None:
    await people.add()
    _, token = await people.accounts.sign_in(RAE, PASSWORD)
    people.store.available = False

    with pytest.raises(StoreUnavailable):
        await people.accounts.session_of(token)


async def test_signing_out_ends_this_session_only(people: People) -> None:
    await people.add()
    first, first_token = await people.accounts.sign_in(RAE, PASSWORD)
    _, second_token = await people.accounts.sign_in(RAE, PASSWORD)

    await people.accounts.sign_out(first)

    assert await people.accounts.session_of(first_token) is None
    assert await people.accounts.session_of(second_token) is not None
    assert await people.last_event() == {"event": "SignedOut", "actor": RAE, "everywhere": False}


async def test_signing_out_everywhere_ends_all_of_them(people: People) -> None:
    await people.add()
    tokens = [(await people.accounts.sign_in(RAE, PASSWORD))[1] for _ in range(3)]
    session = await people.accounts.session_of(tokens[0])

    await people.accounts.sign_out_everywhere(session)

    assert [await people.accounts.session_of(each) for each in tokens] == [None, None, None]
    assert await people.last_event() == {"event": "SignedOut", "actor": RAE, "everywhere": True}


async def test_a_sensitive_act_needs_a_password_of_the_last_five_minutes(people: People) -> None:
    session = await people.signed_in()

    assert session.is_fresh(START + timedelta(minutes=5) - MS, people.times)
    assert not session.is_fresh(START + timedelta(minutes=5), people.times)
    proxied = replace(session, signed_in_by=SignedInBy.PROXY)
    assert proxied.is_fresh(START + timedelta(hours=5), people.times)


async def test_proving_it_again_makes_a_session_fresh_under_a_new_token_and_no_longer(people: People) -> None:
    await people.add()
    session, old = await people.accounts.sign_in(RAE, PASSWORD)
    people.later(minutes=20)

    again, token = await people.accounts.re_authenticate(session, PASSWORD, CLIENT)

    assert again.is_fresh(people.clock.now(), people.times)
    assert await people.accounts.session_of(old) is None
    assert await people.accounts.session_of(token) == again
    assert again.csrf != session.csrf
    assert again.created_at == session.created_at
    assert (await people.last_event())["again"] is True


async def test_proving_it_again_with_a_wrong_password_changes_nothing_and_counts(people: People) -> None:
    await people.add()
    session, token = await people.accounts.sign_in(RAE, PASSWORD, client=CLIENT)

    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await people.accounts.re_authenticate(session, "wrong", CLIENT)
    with pytest.raises(TooManyTries):
        await people.accounts.re_authenticate(session, PASSWORD, CLIENT)

    assert await people.accounts.session_of(token) == session


async def test_a_session_that_ended_cannot_be_made_fresh(people: People) -> None:
    session = await people.signed_in()
    await people.accounts.sign_out(session)

    with pytest.raises(NotSignedIn):
        await people.accounts.re_authenticate(session, PASSWORD)

    assert await people.store.accounts.sessions_of(RAE) == ()


async def test_a_password_that_is_changed_while_it_is_compared_proves_nothing(people: People) -> None:
    session = await people.signed_in()

    async def change() -> None:
        await people.own.change_password(session, PASSWORD, OTHER)

    people.passwords.meanwhile = change
    with pytest.raises(NotSignedIn):
        await people.accounts.re_authenticate(session, PASSWORD)

    assert [each.digest for each in await people.store.accounts.sessions_of(RAE)] == [session.digest]


async def test_roles_count_from_the_next_request_on(people: People) -> None:
    session = await people.signed_in()

    await people.desk(Role.ADMINISTRATOR).set_roles(RAE, frozenset({Role.AUDITOR}))

    assert (await people.accounts.actor_of(session)).roles == {Role.AUDITOR}


async def test_old_sessions_are_forgotten_at_the_next_sign_in(people: People) -> None:
    await people.signed_in()
    people.later(hours=12)

    await people.accounts.sign_in(RAE, PASSWORD)

    assert len(await people.store.accounts.sessions_of(RAE)) == 1
