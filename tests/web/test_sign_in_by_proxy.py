"""A reverse proxy that says who somebody is: whose word counts, and whose does not."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import Any

import pytest

from leakguard.model.account import Role, SignedInBy
from leakguard.web.entrances import Entrances, ProxyTrust
from tests.unit.accounts.people import RAE
from tests.web.front_door import FrontDoor

SECRET = "s" * 32
PROXY = "10.0.3.4"
TRUST = ProxyTrust(
    networks=(ipaddress.ip_network("10.0.3.4/32"), ipaddress.ip_network("fd00:3::/64")),
    secret=SECRET,
    secret_header="X-LeakGuard-Secret",
    handle_header="X-Forwarded-Email",
    name_header="X-Forwarded-User",
)
BY_GROUPS = replace(
    TRUST, roles_header="X-Forwarded-Groups", role_map={"lg-rev": Role.REVIEWER, "lg-aud": Role.AUDITOR}
)
SAID = {"X-Forwarded-Email": "Rae@stats.example", "X-LeakGuard-Secret": SECRET}


def behind(trust: ProxyTrust = TRUST, **changes: Any) -> FrontDoor:
    return FrontDoor(entrances=Entrances(proxy=trust), **changes)


async def test_the_proxys_word_signs_in_who_has_an_account() -> None:
    door = behind()
    await door.add()
    async with door.browser(PROXY, **SAID) as browser:
        answer = await browser.get("/sign-in?next=/account")

        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        [session] = await door.accounts.store.sessions_of(RAE)
        assert session.signed_in_by is SignedInBy.PROXY
        assert (await browser.get("/account")).status_code == 200


@pytest.mark.parametrize("peer", ["10.0.3.5", "192.0.2.7", "fd00:4::1", "testclient"])
async def test_nobody_else_says_who_somebody_is_even_with_the_secret(peer: str) -> None:
    door = behind()
    await door.add()
    async with door.browser(peer, **SAID) as browser:
        for path in ("/sign-in", "/", "/account"):
            assert (await browser.get(path)).status_code == 403
        assert (await browser.sign_in()).status_code == 403

    assert await door.accounts.store.sessions_of(RAE) == ()


@pytest.mark.parametrize("peer", [PROXY, "::ffff:10.0.3.4", "fd00:3::9"])
async def test_the_proxy_may_come_from_every_listed_network(peer: str) -> None:
    door = behind()
    await door.add()
    async with door.browser(peer, **SAID) as browser:
        assert (await browser.get("/sign-in")).status_code == 303


@pytest.mark.parametrize("secret", ["", "s" * 31, "s" * 33, "S" * 32, "\u00e9"])
async def test_the_proxys_address_is_not_enough_without_its_secret(secret: str) -> None:
    door = behind()
    await door.add()
    async with door.browser(PROXY) as browser:
        headers = {"x-forwarded-email": RAE.encode(), "x-leakguard-secret": secret.encode()}
        answer = await browser.client.get("/sign-in", headers=headers)  # type: ignore[arg-type]

        assert answer.status_code == 403


async def test_a_copy_of_a_header_that_came_through_the_proxy_is_refused() -> None:
    door = behind()
    await door.add()
    async with door.browser(PROXY) as browser:
        headers = [*SAID.items(), ("X-Forwarded-Email", "eve@stats.example")]

        assert (await browser.client.get("/sign-in", headers=headers)).status_code == 403


async def test_a_proxy_that_names_nobody_signs_nobody_in() -> None:
    door = behind()
    await door.add()
    async with door.browser(PROXY, **{"X-LeakGuard-Secret": SECRET}) as browser:
        assert "Sign in" in (await browser.get("/sign-in")).text
        assert (await browser.get("/account")).status_code == 303


async def test_a_session_of_the_proxy_ends_when_the_proxy_names_somebody_else_or_nobody() -> None:
    door = behind()
    await door.add()
    async with door.browser(PROXY, **SAID) as browser:
        await browser.get("/sign-in")
        assert (await browser.get("/account")).status_code == 200

        eve = {"X-Forwarded-Email": "eve@stats.example"}
        assert (await browser.get("/account", **eve)).headers["location"] == "/sign-in?next=/account"
        for name in SAID:
            del browser.client.headers[name]
        assert (await browser.get("/account")).headers["location"] == "/sign-in?next=/account"


async def test_without_a_proxy_its_headers_mean_nothing() -> None:
    door = FrontDoor()
    await door.add()
    async with door.browser(PROXY, **SAID) as browser:
        assert (await browser.get("/sign-in")).status_code == 200
        assert (await browser.get("/account")).headers["location"] == "/sign-in?next=/account"


async def test_who_has_no_account_is_told_and_not_made_one() -> None:
    door = behind()
    async with door.browser(PROXY, **SAID) as browser:
        answer = await browser.get("/sign-in")

        assert answer.status_code == 403
        assert "no account here" in answer.text
        assert await door.accounts.store.accounts() == ()


async def test_groups_of_the_proxy_are_roles_by_the_map_and_unknown_ones_are_nothing() -> None:
    door = behind(BY_GROUPS)
    groups = {"X-Forwarded-Groups": "everybody, lg-aud,administrator", "X-Forwarded-User": "Rae\u202e V"}
    sent = [(name.encode(), value.encode()) for name, value in (SAID | groups).items()]
    async with door.browser(PROXY) as browser:
        await browser.client.get("/sign-in", headers=sent)

    account = await door.accounts.store.account(RAE)
    assert account is not None
    assert account.roles == {Role.AUDITOR}


async def test_who_has_none_of_the_groups_does_not_get_in() -> None:
    door = behind(BY_GROUPS)
    await door.add()
    async with door.browser(PROXY, **SAID, **{"X-Forwarded-Groups": "everybody"}) as browser:
        assert (await browser.get("/sign-in")).status_code == 403


async def test_tries_behind_the_proxy_are_counted_by_the_client_that_it_names_last() -> None:
    door = behind()
    await door.add()
    headers = {"X-LeakGuard-Secret": SECRET, "X-Forwarded-For": "203.0.113.66, 198.51.100.9"}
    async with door.browser(PROXY, **headers) as browser:
        await browser.sign_in()

    [session] = await door.accounts.store.sessions_of(RAE)
    assert session.client == "198.51.100.9"


async def test_nobody_else_names_a_client() -> None:
    door = behind()
    await door.add()
    async with door.browser("192.0.2.7", **{"X-Forwarded-For": "198.51.100.9"}) as browser:
        await browser.sign_in()

    [session] = await door.accounts.store.sessions_of(RAE)
    assert session.client == "192.0.2.7"
