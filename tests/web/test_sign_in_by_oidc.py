"""Sign-in by an issuer of OpenID Connect: what holds, and what signs nobody in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt

from leakguard.model.account import Role, SignedInBy
from leakguard.web.entrances import Entrances
from leakguard.web.oidc import OpenIdConnect, Pending
from tests.unit.accounts.people import RAE
from tests.unit.service.world import World
from tests.web.front_door import Browser, FrontDoor
from tests.web.issuer import CLIENT_ID, CLIENT_SECRET, ISSUER, KEY, OTHER_KEY, Issuer
from tests.web.office import ORIGIN


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def issuer(world: World) -> Issuer:
    return Issuer(clock=world.clock)


def with_issuer(world: World, issuer: Issuer, **changes: Any) -> FrontDoor:
    oidc = OpenIdConnect(
        issuer=ISSUER,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        back=f"{ORIGIN}/sign-in/oidc/back",
        clock=world.clock,
        client=issuer.client,
        **changes,
    )
    entrances = Entrances(oidc=oidc, role_map={"lg-rev": Role.REVIEWER, "lg-aud": Role.AUDITOR})
    return FrontDoor(world=world, entrances=entrances, is_local=False)


async def through(browser: Browser, issuer: Issuer, next: str = "/account", **changes: str):
    """The whole way of a browser: to the issuer and back."""
    there = await browser.get(f"/sign-in/oidc?next={next}")
    assert there.status_code == 303
    return await browser.client.get("/sign-in/oidc/back", params=issuer.signs_in(there.headers["location"]) | changes)


async def test_the_issuers_word_signs_in_who_has_an_account(world: World, issuer: Issuer) -> None:
    door = with_issuer(world, issuer)
    await _made(door)
    async with door.browser() as browser:
        assert "/sign-in/oidc?next=/account" in (await browser.get("/sign-in?next=/account")).text

        answer = await through(browser, issuer)

        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        assert (await browser.get("/account")).status_code == 200
    [session] = await door.accounts.store.sessions_of(RAE)
    assert session.signed_in_by is SignedInBy.OIDC
    assert issuer.asked[0]["code_challenge_method"] == "S256"
    assert issuer.asked[0]["redirect_uri"] == f"{ORIGIN}/sign-in/oidc/back"


async def _made(door: FrontDoor) -> None:
    local = FrontDoor(world=door.world)
    await local.add()


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://login.evil.example"},
        {"aud": "another client"},
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"nonce": "another"},
        {"exp": 1},
        {"iat": 99999999999},
        {"nbf": 99999999999},
        {"email_verified": False},
        {"email": "nobody@stats.example"},
        {"email": "no address"},
        {"email": ["rae@stats.example"]},
    ],
    ids=str,
)
async def test_a_statement_that_does_not_hold_signs_nobody_in(
    world: World, issuer: Issuer, claims: dict[str, Any]
) -> None:
    door = with_issuer(world, issuer)
    await _made(door)
    issuer.claims = claims
    async with door.browser() as browser:
        answer = await through(browser, issuer)

        assert answer.status_code == 422
        assert (await browser.get("/account")).status_code == 303
    assert await door.accounts.store.sessions_of(RAE) == ()


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "sub", "nonce", "email"])
async def test_a_statement_that_lacks_something_signs_nobody_in(world: World, issuer: Issuer, claim: str) -> None:
    door = with_issuer(world, issuer)
    await _made(door)
    issuer.without = frozenset({claim})
    async with door.browser() as browser:
        assert (await through(browser, issuer)).status_code == 422


def _unsigned(claims: dict[str, Any]) -> str:
    _, body, _ = jwt.encode({"alg": "RS256"}, claims, KEY).split(".")
    return f"eyJhbGciOiJub25lIn0.{body}."


def _by_the_public_key(claims: dict[str, Any]) -> str:
    from joserfc.jwk import OctKey

    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(KEY.as_pem(private=False)))


@pytest.mark.parametrize(
    "sign",
    [
        lambda claims: jwt.encode({"alg": "RS256", "kid": OTHER_KEY.kid}, claims, OTHER_KEY),
        lambda claims: jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims, OTHER_KEY),
        _unsigned,
        _by_the_public_key,
        lambda claims: "no token",
        lambda claims: "",
    ],
    ids=["another key", "a false name of the key", "unsigned", "public key as secret", "rubbish", "nothing"],
)
async def test_what_the_issuer_did_not_sign_signs_nobody_in(world: World, issuer: Issuer, sign) -> None:
    door = with_issuer(world, issuer)
    await _made(door)
    issuer.sign = sign
    async with door.browser() as browser:
        assert (await through(browser, issuer)).status_code == 422


@pytest.mark.parametrize(
    "changes", [{"state": "another"}, {"state": ""}, {"code": ""}, {"code": "guess"}, {"iss": "https://evil.example"}]
)
async def test_an_answer_to_another_question_signs_nobody_in(
    world: World, issuer: Issuer, changes: dict[str, str]
) -> None:
    door = with_issuer(world, issuer)
    await _made(door)
    async with door.browser() as browser:
        assert (await through(browser, issuer, **changes)).status_code == 422


async def test_an_answer_counts_in_the_browser_that_asked_only(world: World, issuer: Issuer) -> None:
    door = with_issuer(world, issuer)
    await _made(door)
    async with door.browser() as mine, door.browser() as other:
        there = await mine.get("/sign-in/oidc")
        brought = issuer.signs_in(there.headers["location"])

        assert (await other.client.get("/sign-in/oidc/back", params=brought)).status_code == 422
        assert (await mine.client.get("/sign-in/oidc/back", params=brought)).status_code == 303
        assert (await mine.client.get("/sign-in/oidc/back", params=brought)).status_code == 422


async def test_what_the_browser_brings_back_is_kept_from_scripts(world: World, issuer: Issuer) -> None:
    door = with_issuer(world, issuer)
    async with door.browser() as browser:
        cookie = (await browser.get("/sign-in/oidc")).headers["set-cookie"]

        assert cookie.startswith("__Host-leakguard-oidc=")
        assert "HttpOnly" in cookie
        assert "Max-Age=600" in cookie


async def test_the_issuer_leads_back_to_pages_of_ours_only(world: World, issuer: Issuer) -> None:
    door = with_issuer(world, issuer)
    await _made(door)
    async with door.browser() as browser:
        assert (await through(browser, issuer, "//evil.example")).headers["location"] == "/"


async def test_groups_of_the_issuer_are_roles_by_the_map(world: World, issuer: Issuer) -> None:
    door = with_issuer(world, issuer, roles_claim="groups")
    issuer.claims = {"groups": ["everybody", "lg-rev", "administrator", 5], "name": "Rae\u202e \n V"}
    async with door.browser() as browser:
        assert (await through(browser, issuer)).status_code == 303

    account = await door.accounts.store.account(RAE)
    assert account is not None
    assert (account.roles, account.name, account.password) == ({Role.REVIEWER}, "Rae V", None)


@pytest.mark.parametrize("groups", [[], ["everybody"], None, "lg", {"lg-rev": 1}])
async def test_without_a_group_of_the_map_nobody_gets_in(world: World, issuer: Issuer, groups: Any) -> None:
    door = with_issuer(world, issuer, roles_claim="groups")
    issuer.claims = {"groups": groups}
    async with door.browser() as browser:
        assert (await through(browser, issuer)).status_code == 422
    assert await door.accounts.store.accounts() == ()


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://login.stats.example/realm/token"},
        {"jwks_uri": ""},
        {"authorization_endpoint": 5},
    ],
    ids=str,
)
async def test_an_issuer_that_describes_itself_wrongly_is_not_asked(
    world: World, issuer: Issuer, about: dict[str, Any]
) -> None:
    door = with_issuer(world, issuer)
    issuer.about = about
    async with door.browser() as browser:
        answer = await browser.get("/sign-in/oidc")

        assert answer.status_code == 422
        assert "describes itself wrongly" in answer.text


async def test_an_issuer_that_is_down_is_a_sentence(world: World, issuer: Issuer) -> None:
    door = with_issuer(world, issuer)
    issuer.is_down = True
    async with door.browser() as browser:
        answer = await browser.get("/sign-in/oidc")

        assert answer.status_code == 422
        assert "did not answer" in answer.text


async def test_proving_it_again_goes_by_the_issuer_and_it_has_to_ask(world: World, issuer: Issuer) -> None:
    door = with_issuer(world, issuer)
    await _made(door)
    async with door.browser() as browser:
        await through(browser, issuer)
        world.clock.set(world.clock.now() + timedelta(minutes=10))
        again = await browser.get("/again?next=/account")
        onwards = "/sign-in/oidc?again=yes&next=/account"
        assert again.status_code == 200, "a link, as the policy of our pages lets no form lead on to the issuer"
        assert f'href="{onwards.replace("&", "&amp;")}"' in again.text

        there = await browser.get(onwards)
        brought = issuer.signs_in(there.headers["location"])
        assert (issuer.asked[-1]["prompt"], issuer.asked[-1]["max_age"]) == ("login", "0")
        long_ago = int((world.clock.now() - timedelta(minutes=6)).timestamp())
        issuer.claims = {"auth_time": long_ago}
        assert (await browser.client.get("/sign-in/oidc/back", params=brought)).status_code == 422

        issuer.claims = {}
        there = await browser.get(onwards)
        brought = issuer.signs_in(there.headers["location"])
        assert (await browser.client.get("/sign-in/oidc/back", params=brought)).headers["location"] == "/account"


async def test_where_no_issuer_is_set_up_there_is_no_way_to_it() -> None:
    door = FrontDoor()
    async with door.browser() as browser:
        assert (await browser.get("/sign-in/oidc")).status_code == 404
        assert (await browser.get("/sign-in/oidc/back")).status_code == 404


@pytest.mark.parametrize("text", ["", "state=1", "state=1&nonce=2&verifier=3&back_to=4&more=5", "x" * 5000, "&" * 50])
def test_a_cookie_that_is_none_of_ours_is_nothing(text: str) -> None:
    assert Pending.of(text) is None
