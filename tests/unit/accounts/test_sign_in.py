"""Sign-in: who gets in, by what, how often they may try, and that the refused learn nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from leakguard.model.account import Role, SignedInBy
from leakguard.model.errors import NotSignedIn, Refused, TooManyTries
from leakguard.service import totp
from leakguard.service.accounts import digest_of
from tests.unit.accounts.people import CLIENT, ELSEWHERE, OTHER, PASSWORD, RAE, SECRET, START, People


async def test_the_right_password_opens_a_session(people: People) -> None:
    await people.add()

    session, token = await people.accounts.sign_in("Rae@STATS.example", PASSWORD, client=CLIENT)

    assert (session.handle, session.signed_in_by, session.client) == (RAE, SignedInBy.LOCAL, CLIENT)
    assert session.created_at == session.seen_at == session.signed_in_at == START
    assert await people.accounts.session_of(token) == session
    actor = await people.accounts.actor_of(session)
    assert (actor.handle, actor.roles, actor.is_console, actor.scopes) == (RAE, {Role.REVIEWER}, False, None)
    assert await people.last_event() == {
        "event": "SignedIn",
        "actor": RAE,
        "by": "local",
        "client": CLIENT,
        "again": False,
    }


async def test_the_store_has_the_digest_of_a_token_and_never_the_token(people: People) -> None:
    await people.add()

    session, token = await people.accounts.sign_in(RAE, PASSWORD)

    assert session.digest == digest_of(token) != token
    assert session.csrf not in (token, session.digest)


async def _no_account(people: People) -> str:
    return "nobody@stats.example"


async def _wrong_password(people: People) -> str:
    await people.add(password=OTHER)
    return RAE


async def _disabled(people: People) -> str:
    await people.add()
    await people.desk(Role.ADMINISTRATOR).disable(RAE)
    return RAE


async def _no_password_yet(people: People) -> str:
    await people.desk(Role.ADMINISTRATOR).create(RAE, "Rae", frozenset({Role.REVIEWER}))
    return RAE


async def _no_code(people: People) -> str:
    session = await people.signed_in()
    code = totp._code(SECRET, int(START.timestamp()) // 30).decode()
    await people.own.start_codes(session, PASSWORD, SECRET, code)
    return RAE


@pytest.mark.parametrize(
    "scene", [_no_account, _wrong_password, _disabled, _no_password_yet, _no_code], ids=lambda each: each.__name__
)
async def test_whoever_is_refused_hears_one_sentence_after_one_comparison(people: People, scene) -> None:
    handle = await scene(people)
    people.passwords.compared.clear()

    with pytest.raises(NotSignedIn) as caught:
        await people.accounts.sign_in(handle, PASSWORD, client=CLIENT)

    assert str(caught.value) == "The address, the password or the code is not right."
    assert len(people.passwords.compared) == 1


async def test_a_failure_is_recorded_without_what_was_tried(people: People) -> None:
    await people.add()

    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in(RAE, "tried password", client=CLIENT)

    expected = {"event": "SignInFailed", "actor": "leakguard", "handle": RAE, "client": CLIENT}
    assert await people.last_event() == expected


async def test_a_password_in_the_wrong_field_is_not_recorded(people: People) -> None:
    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in("hunter2 hunter2", "", client=CLIENT)

    assert (await people.last_event())["handle"] == ""
    assert "hunter2" not in repr(await people.store.audit())


async def test_passwords_count_only_where_they_are_on() -> None:
    people = People(is_local=False)

    with pytest.raises(Refused, match="not used here"):
        await people.accounts.sign_in(RAE, PASSWORD)

    assert people.passwords.compared == []


async def test_signing_in_ends_the_session_that_this_browser_had(people: People) -> None:
    await people.add()
    _, first = await people.accounts.sign_in(RAE, PASSWORD)
    _, elsewhere = await people.accounts.sign_in(RAE, PASSWORD)

    _, second = await people.accounts.sign_in(RAE, PASSWORD, replaces=first)

    assert await people.accounts.session_of(first) is None
    assert await people.accounts.session_of(second) is not None
    assert await people.accounts.session_of(elsewhere) is not None


async def test_two_browsers_may_sign_in_at_once(people: People) -> None:
    await people.add()

    signed_in = await asyncio.gather(*(people.accounts.sign_in(RAE, PASSWORD) for _ in range(3)))

    assert len({token for _, token in signed_in}) == 3
    for _, token in signed_in:
        assert await people.accounts.session_of(token) is not None


async def test_an_account_that_is_disabled_while_its_password_is_compared_stays_out(people: People) -> None:
    await people.add()

    async def disable() -> None:
        await people.desk(Role.ADMINISTRATOR).disable(RAE)

    people.passwords.meanwhile = disable
    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in(RAE, PASSWORD)

    assert await people.store.accounts.sessions_of(RAE) == ()


async def test_a_password_that_is_reset_while_it_is_compared_opens_nothing(people: People) -> None:
    await people.add()

    async def reset() -> None:
        await people.desk(Role.ADMINISTRATOR).reset(RAE)

    people.passwords.meanwhile = reset
    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in(RAE, PASSWORD)

    assert await people.store.accounts.sessions_of(RAE) == ()


async def _fail(people: People, times: int, handle: str = RAE, client: str = CLIENT) -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn):
            await people.accounts.sign_in(handle, "wrong", client=client)


async def _wait_of(people: People, handle: str = RAE, client: str = CLIENT) -> int:
    with pytest.raises(TooManyTries) as caught:
        await people.accounts.sign_in(handle, PASSWORD, client=client)
    return caught.value.seconds


async def test_an_account_has_five_tries_and_then_a_minute_to_wait(people: People) -> None:
    await people.add()
    await _fail(people, 5)

    assert await _wait_of(people) in (60, 61)
    assert await _wait_of(people, client=ELSEWHERE) in (60, 61)

    people.later(seconds=59.9)
    assert await _wait_of(people) == 1

    people.later(seconds=0.1)
    await people.accounts.sign_in(RAE, PASSWORD, client=CLIENT)


async def test_a_try_that_has_to_wait_is_not_looked_at_and_not_recorded(people: People) -> None:
    await people.add()
    await _fail(people, 5)
    events, compared = await people.events(), len(people.passwords.compared)

    await _wait_of(people)

    assert await people.events() == events
    assert len(people.passwords.compared) == compared


async def test_waits_double_up_to_a_quarter_of_an_hour(people: People) -> None:
    await people.add()
    await _fail(people, 5)

    waits = []
    for _ in range(6):
        waits.append(await _wait_of(people) - 1)
        people.later(seconds=waits[-1])
        await _fail(people, 1)

    assert waits == [60, 120, 240, 480, 900, 900]


async def test_tries_are_forgotten_after_an_hour(people: People) -> None:
    await people.add()
    await _fail(people, 5)

    people.later(hours=1)

    await _fail(people, 4)
    await people.accounts.sign_in(RAE, PASSWORD, client=CLIENT)


async def test_signing_in_wipes_the_slate_of_the_account(people: People) -> None:
    await people.add()
    for _ in range(4):
        await _fail(people, 4)
        await people.accounts.sign_in(RAE, PASSWORD, client=CLIENT)


async def test_an_unknown_account_has_to_wait_as_a_known_one_has(people: People) -> None:
    await _fail(people, 5, "nobody@stats.example")

    assert await _wait_of(people, "nobody@stats.example") in (60, 61)


async def test_a_client_has_twenty_tries_whatever_accounts_it_names(people: People) -> None:
    await people.add()
    for number in range(20):
        await _fail(people, 1, f"guess{number}@stats.example")

    assert await _wait_of(people) in (60, 61)
    await people.accounts.sign_in(RAE, PASSWORD, client=ELSEWHERE)


async def test_addresses_of_one_ipv6_network_are_one_client(people: People) -> None:
    for number in range(20):
        await _fail(people, 1, f"guess{number}@stats.example", f"2001:db8:1:2::{number:x}")

    assert await _wait_of(people, client="2001:db8:1:2:ffff::1") in (60, 61)
    await _fail(people, 1, client="2001:db8:1:3::1")


async def test_many_at_once_are_no_way_round_the_limit(people: People) -> None:
    await people.add()

    tries = [people.accounts.sign_in(RAE, f"guess {n}", client=CLIENT) for n in range(50)]
    answers = await asyncio.gather(*tries, return_exceptions=True)

    assert sum(isinstance(each, NotSignedIn) for each in answers) == 5
    assert sum(isinstance(each, TooManyTries) for each in answers) == 45
    assert len(people.passwords.compared) == 5


async def test_a_stranger_cannot_lock_out_somebody_who_signed_in_from_where_they_sit(people: People) -> None:
    await people.add()
    await people.accounts.sign_in(RAE, PASSWORD, client=CLIENT)

    await _fail(people, 5, client=ELSEWHERE)

    assert await _wait_of(people, client=ELSEWHERE) > 1
    await people.accounts.sign_in(RAE, PASSWORD, client=CLIENT)


async def test_a_place_that_is_known_has_a_limit_too(people: People) -> None:
    await people.add()
    await people.accounts.sign_in(RAE, PASSWORD, client=CLIENT)

    await _fail(people, 5)

    assert await _wait_of(people) in (60, 61)


async def test_invented_handles_take_no_memory(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakguard.service.throttle.MOST_KEYS", 100)
    for number in range(500):
        people.throttle.count(f"guess{number}@x.example", f"192.0.2.{number % 250}")
        people.later(seconds=1)

    assert len(people.throttle._tries) <= 100


async def test_another_service_admits_who_has_an_account(people: People) -> None:
    await people.add()

    session, token = await people.accounts.admit("RAE@stats.example", SignedInBy.OIDC, client=CLIENT)

    assert (session.handle, session.signed_in_by) == (RAE, SignedInBy.OIDC)
    assert await people.accounts.session_of(token) == session


@pytest.mark.parametrize("roles", [None, frozenset()], ids=["not said", "none"])
async def test_nobody_is_admitted_without_an_account_or_a_role(people: People, roles) -> None:
    with pytest.raises(NotSignedIn):
        await people.accounts.admit("new@stats.example", SignedInBy.PROXY, roles=roles)

    assert await people.store.accounts.accounts() == ()


async def test_a_disabled_account_is_not_admitted_whatever_the_service_says(people: People) -> None:
    await people.add()
    await people.desk(Role.ADMINISTRATOR).disable(RAE)

    for roles in (None, frozenset({Role.REVIEWER})):
        with pytest.raises(NotSignedIn):
            await people.accounts.admit(RAE, SignedInBy.OIDC, roles=roles)


async def test_who_loses_every_role_elsewhere_is_not_admitted(people: People) -> None:
    await people.add()

    with pytest.raises(NotSignedIn):
        await people.accounts.admit(RAE, SignedInBy.OIDC, roles=frozenset())


async def test_roles_of_another_service_make_an_account_and_change_it(people: People) -> None:
    await people.accounts.admit("new@stats.example", SignedInBy.OIDC, "New", frozenset({Role.AUDITOR}))
    session, _ = await people.accounts.admit("new@stats.example", SignedInBy.OIDC, "New", frozenset({Role.REVIEWER}))

    assert (await people.accounts.actor_of(session)).roles == {Role.REVIEWER}
    assert await people.events() == ["AccountCreated", "SignedIn", "AccountChanged", "SignedIn"]
    audit = await people.store.audit()
    assert (audit[0].actor, audit[2].actor, audit[2].body["roles"]) == ("oidc", "oidc", ["reviewer"])


async def test_an_account_of_another_service_has_no_password(people: People) -> None:
    await people.accounts.admit("new@stats.example", SignedInBy.OIDC, "New", frozenset({Role.AUDITOR}))

    with pytest.raises(NotSignedIn):
        await people.accounts.sign_in("new@stats.example", "")


async def test_failed_admissions_are_written_down_a_few_times_only(people: People) -> None:
    for _ in range(50):
        with pytest.raises((NotSignedIn, TooManyTries)):
            await people.accounts.admit("nobody@stats.example", SignedInBy.PROXY, client=CLIENT)

    assert len(await people.events()) == 5


async def test_a_session_is_never_shown_with_its_secrets(people: People) -> None:
    await people.add()

    session, token = await people.accounts.sign_in(RAE, PASSWORD)

    assert token not in repr(session)
    assert session.csrf not in repr(session)
    assert session.digest not in repr(session)
    assert timedelta(0) < session.ends_at(people.times) - START
