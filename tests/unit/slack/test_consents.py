"""People agree, once and for themselves; their token is kept where nobody reads it; and it ends when they say so."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog

from leakguard.model.errors import Refused, TooManyTries
from leakguard.service.consents import TOO_LATE, TokenNotReady
from leakguard.service.seal import key_of, new_key
from tests.fakes.slack import faults
from tests.stories import story
from tests.unit.slack.consenting import BROWSER, TEAM, Agreeing, agreeing, brought

TEN_MINUTES = timedelta(minutes=10)
MICROSECOND = timedelta(microseconds=1)
TWELVE_HOURS = timedelta(hours=12)


def dead(agreed: Agreeing, token: str) -> bool:
    return agreed.slack.workspace.tokens[token].refused == "token_revoked"


@story
async def test_who_agreed_can_be_acted_for_and_nobody_else():
    async with agreeing() as agreed:
        amy = agreed.slack.person("amy")
        consent = await agreed.connect(amy)
        token = await agreed.consents.token(TEAM, amy.id)

        assert agreed.slack.workspace.tokens[token].user == amy.id
        assert (consent.team, consent.person, consent.expires_at) == (TEAM, amy.id, None)
        assert await agreed.consents.token(TEAM, "U0NOBODY") == ""
        assert await agreed.consents.token("T0ELSEWHERE", amy.id) == ""
        assert await agreed.told() == [("ConsentGiven", f"slack:{TEAM}/{amy.id}", "")]


@story
async def test_no_token_is_in_clear_in_the_store_in_the_audit_or_in_a_log():
    async with agreeing(rotates=True) as agreed:
        amy = agreed.slack.person("amy")
        with structlog.testing.capture_logs() as lines:
            consent = await agreed.connect(amy)
            token = await agreed.consents.token(TEAM, amy.id)

        kept = (consent.sealed, repr(consent), repr(await agreed.store.audit()), repr(lines), repr(agreed.consents))
        [renewal] = agreed.slack.workspace.renewals
        for secret in (token, renewal, agreed.slack.app.client_secret):
            assert secret.encode() not in kept[0]
            assert secret not in "".join(kept[1:])


@story
async def test_a_token_is_of_no_use_beside_another_person_or_with_another_key():
    async with agreeing() as agreed:
        amy, joe = agreed.slack.person("amy"), agreed.slack.person("joe")
        amys = await agreed.connect(amy)
        joes = await agreed.connect(joe)
        kept = agreed.store.vault._consents
        kept[TEAM, joe.id] = type(joes)(team=TEAM, person=joe.id, sealed=amys.sealed, agreed_at=amys.agreed_at)
        with structlog.testing.capture_logs() as lines:
            moved = await agreed.consents.token(TEAM, joe.id)
            agreed.key = key_of(new_key())
            other_key = await agreed.consents.token(TEAM, amy.id)

        assert (moved, other_key) == ("", "")
        assert [(each["event"], each["alarm"]) for each in lines] == [("consent.unreadable", True)] * 2


@pytest.mark.parametrize("when", [TEN_MINUTES - MICROSECOND, TEN_MINUTES])
def test_the_way_back_is_open_for_ten_minutes(when):
    @story
    async def whole() -> None:
        async with agreeing() as agreed:
            amy = agreed.slack.person("amy")
            back = brought(agreed.slack.agree(amy, agreed.consents.begin(BROWSER)))
            agreed.clock.set(agreed.clock.now() + when)
            if when < TEN_MINUTES:
                assert (await agreed.consents.finish(BROWSER, **back)).person == amy.id
            else:
                with pytest.raises(Refused, match=TOO_LATE):
                    await agreed.consents.finish(BROWSER, **back)
                assert await agreed.store.vault.agreed("") == 0

    whole()


@story
async def test_the_way_back_is_open_once_for_the_browser_that_set_out_and_unchanged():
    async with agreeing() as agreed:
        amy = agreed.slack.person("amy")
        address = agreed.consents.begin(BROWSER)
        back = brought(agreed.slack.agree(amy, address))
        changed = back["state"][:-2] + ("AA" if not back["state"].endswith("AA") else "BB")
        for browser, state in (
            ("browser of eve", back["state"]),
            ("", back["state"]),
            (BROWSER, changed),
            (BROWSER, ""),
        ):
            with pytest.raises(Refused, match=TOO_LATE):
                await agreed.consents.finish(browser, state, back["code"])
        await agreed.consents.finish(BROWSER, **back)
        second = brought(agreed.slack.agree(amy, address))
        with pytest.raises(Refused, match=TOO_LATE):
            await agreed.consents.finish(BROWSER, **second)

        assert len(agreed.slack.calls("oauth.v2.access")) == 1, "Slack is asked only for who came the right way"


@story
async def test_one_client_cannot_have_slack_asked_without_end_and_others_are_not_held_up():
    async with agreeing() as agreed:
        for _ in range(10):
            with pytest.raises(Refused, match="did not confirm"):
                state = parse_qs(urlsplit(agreed.consents.begin(BROWSER)).query)["state"][0]
                await agreed.consents.finish(BROWSER, state, "guessed", "192.0.2.7")
        back = brought(agreed.slack.agree(agreed.slack.person("amy"), agreed.consents.begin(BROWSER)))
        with pytest.raises(TooManyTries):
            await agreed.consents.finish(BROWSER, **back, client="192.0.2.7")

        asked = [each for each in agreed.slack.desk.called if each.method == "oauth.v2.access"]
        assert len(asked) == 10
        assert (await agreed.consents.finish(BROWSER, **back, client="192.0.2.8")).team == TEAM


@story
async def test_a_link_of_one_persons_own_connects_nobody_else():
    async with agreeing() as agreed:
        amy, eve = agreed.slack.person("amy"), agreed.slack.person("eve")
        invitation = agreed.consents.invitation(amy.id)
        with pytest.raises(Refused, match="somebody else's account"):
            await agreed.connect(eve, invitation)
        eves = list(agreed.slack.workspace.tokens)[-1]

        assert dead(agreed, eves), "what was not for us is given back"
        assert await agreed.told() == []
        assert (await agreed.connect(amy, invitation)).person == amy.id
        agreed.clock.set(agreed.clock.now() + timedelta(days=1))
        with pytest.raises(Refused, match="too old"):
            agreed.consents.begin(BROWSER, invitation)


@story
async def test_somebody_of_another_workspace_and_who_gives_less_are_not_connected():
    async with agreeing() as agreed:
        amy = agreed.slack.person("amy")
        there = agreed.consents.begin(BROWSER)
        less = brought(agreed.slack.agree(amy, there, to_less=["chat:write"]))
        with pytest.raises(Refused, match="less than what was asked"):
            await agreed.consents.finish(BROWSER, **less)
        agreed.team = "T0ELSEWHERE"
        with pytest.raises(Refused, match="another workspace"):
            await agreed.connect(amy)

        assert all(dead(agreed, each) for each in list(agreed.slack.workspace.tokens)[-2:])
        assert await agreed.store.vault.agreed("") == 0


@story
async def test_before_slack_told_who_we_are_nobody_sets_out():
    async with agreeing() as agreed:
        agreed.team = ""
        with pytest.raises(Refused, match="not connected to Slack yet"):
            agreed.consents.begin(BROWSER)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.answer("bad_client_secret"), "did not confirm"),
        (faults.answer("invalid_code"), "did not confirm"),
        (faults.status(503), "did not answer"),
        (faults.dropped(), "did not answer"),
    ],
)
def test_when_slack_does_not_give_a_token_nothing_is_connected(fault, words):
    @story
    async def whole() -> None:
        async with agreeing() as agreed:
            amy = agreed.slack.person("amy")
            agreed.slack.faults.once("oauth.v2.access", fault)
            with pytest.raises(Refused, match=words):
                await agreed.connect(amy)
            assert await agreed.consents.token(TEAM, amy.id) == ""
            await agreed.connect(amy)
            assert await agreed.consents.token(TEAM, amy.id) != ""

    whole()


@story
async def test_whoever_agrees_again_has_one_token_the_newer():
    async with agreeing() as agreed:
        amy = agreed.slack.person("amy")
        await agreed.connect(amy)
        first = await agreed.consents.token(TEAM, amy.id)
        await agreed.connect(amy)
        second = await agreed.consents.token(TEAM, amy.id)

        assert first != second
        assert [each.body["again"] for each in await agreed.store.audit()] == [False, True]
        assert await agreed.store.vault.agreed(TEAM) == 1


@story
async def test_a_persons_wish_deletes_the_token_here_and_in_slack():
    async with agreeing() as agreed:
        amy = agreed.slack.person("amy")
        await agreed.connect(amy)
        token = await agreed.consents.token(TEAM, amy.id)

        assert await agreed.consents.end(TEAM, amy.id)
        assert not await agreed.consents.end(TEAM, amy.id)
        assert dead(agreed, token)
        assert await agreed.consents.token(TEAM, amy.id) == ""
        assert (await agreed.told())[1:] == [("ConsentEnded", f"slack:{TEAM}/{amy.id}", "person")]


@story
async def test_a_wish_counts_here_also_when_slack_does_not_answer():
    async with agreeing() as agreed:
        amy = agreed.slack.person("amy")
        await agreed.connect(amy)
        agreed.slack.faults.once("auth.revoke", faults.status(503))

        assert await agreed.consents.end(TEAM, amy.id)
        assert await agreed.store.vault.agreed("") == 0


@story
async def test_the_page_of_an_agreement_can_end_it_for_ten_minutes():
    async with agreeing() as agreed:
        amy = agreed.slack.person("amy")
        farewell = agreed.consents.farewell(await agreed.connect(amy))
        assert await agreed.consents.end_by(farewell)
        with pytest.raises(Refused):
            await agreed.consents.end_by(agreed.consents.invitation(amy.id))
        agreed.clock.set(agreed.clock.now() + TEN_MINUTES)
        with pytest.raises(Refused, match="too old"):
            await agreed.consents.end_by(farewell)


@story
async def test_what_was_taken_back_in_slack_is_deleted_and_a_refused_token_only_if_it_is_the_one_that_is_kept():
    async with agreeing() as agreed:
        amy, joe = agreed.slack.person("amy"), agreed.slack.person("joe")
        await agreed.connect(amy)
        await agreed.connect(joe)
        old = await agreed.consents.token(TEAM, joe.id)
        await agreed.connect(joe)
        new = await agreed.consents.token(TEAM, joe.id)

        assert await agreed.consents.revoked(TEAM, amy.id)
        assert not await agreed.consents.revoked(TEAM, amy.id)
        await agreed.consents.refused(TEAM, joe.id, old)
        assert await agreed.consents.token(TEAM, joe.id) == new
        await agreed.consents.refused(TEAM, joe.id, new)
        assert await agreed.consents.token(TEAM, joe.id) == ""
        assert [why for _, _, why in await agreed.told() if why] == ["revoked", "refused"]


# Tokens that expire, where an organisation has turned rotation on.


async def rotating(agreed: Agreeing, hours: float) -> tuple[str, str]:
    """(who agreed, their first token), so many hours later."""
    amy = agreed.slack.person("amy")
    await agreed.connect(amy)
    token = await agreed.consents.token(TEAM, amy.id)
    agreed.clock.set(agreed.clock.now() + timedelta(hours=hours))
    return amy.id, token


def renewals(agreed: Agreeing) -> int:
    asked = [each for each in agreed.slack.desk.called if each.method == "oauth.v2.access"]
    return sum(1 for each in asked if each.arguments.get("grant_type") == "refresh_token")


@story
async def test_a_token_is_renewed_two_hours_before_it_expires_and_not_earlier():
    async with agreeing(rotates=True) as agreed:
        amy, first = await rotating(agreed, 9.999)
        assert (await agreed.consents.token(TEAM, amy), renewals(agreed)) == (first, 0)
        agreed.clock.set(agreed.clock.now() + timedelta(minutes=1))
        second = await agreed.consents.token(TEAM, amy)

        assert second != first
        assert agreed.slack.workspace.tokens[second].user == amy
        assert (await agreed.consents.token(TEAM, amy), renewals(agreed)) == (second, 1)
        consent = await agreed.store.vault.consent(TEAM, amy)
        assert consent.expires_at == agreed.clock.now() + TWELVE_HOURS


@story
async def test_of_many_who_need_it_at_once_one_renews_and_no_token_is_lost():
    async with agreeing(rotates=True) as agreed:
        amy, first = await rotating(agreed, 11)
        agreed.slack.faults.once("oauth.v2.access", faults.slow(0.1))
        given = await asyncio.gather(*(agreed.consents.token(TEAM, amy) for _ in range(20)))
        last = await agreed.consents.token(TEAM, amy)

        assert renewals(agreed) == 1
        assert set(given) == {first, last}
        assert first != last
        assert not agreed.slack.workspace.tokens[last].refused


@story
async def test_of_many_who_need_it_after_it_expired_the_others_are_told_to_come_again():
    async with agreeing(rotates=True) as agreed:
        amy, first = await rotating(agreed, 13)
        agreed.slack.faults.once("oauth.v2.access", faults.slow(0.1))
        given = await asyncio.gather(*(agreed.consents.token(TEAM, amy) for _ in range(5)), return_exceptions=True)
        last = await agreed.consents.token(TEAM, amy)

        assert (renewals(agreed), last != first) == (1, True)
        assert [each for each in given if each != last and not isinstance(each, TokenNotReady)] == []


@story
async def test_while_slack_is_away_the_old_token_is_used_as_long_as_it_lasts():
    async with agreeing(rotates=True) as agreed:
        amy, first = await rotating(agreed, 11)
        agreed.slack.faults.once("oauth.v2.access", faults.status(503), times=2)
        assert await agreed.consents.token(TEAM, amy) == first
        agreed.clock.set(agreed.clock.now() + timedelta(hours=2))
        with pytest.raises(TokenNotReady):
            await agreed.consents.token(TEAM, amy)
        agreed.clock.set(agreed.clock.now() + timedelta(minutes=2))

        assert await agreed.consents.token(TEAM, amy) not in ("", first)


@story
async def test_a_renewal_that_slack_takes_no_more_ends_the_agreement_and_a_wrong_secret_of_ours_does_not():
    async with agreeing(rotates=True) as agreed:
        amy, first = await rotating(agreed, 11)
        agreed.slack.faults.once("oauth.v2.access", faults.answer("bad_client_secret"))
        with structlog.testing.capture_logs() as lines:
            assert await agreed.consents.token(TEAM, amy) == first
            agreed.clock.set(agreed.clock.now() + timedelta(minutes=2))
            agreed.slack.workspace.renewals.clear()
            assert await agreed.consents.token(TEAM, amy) == ""

        assert [(each["event"], each["code"], each["alarm"]) for each in lines] == [
            ("consent.not_renewed", "bad_client_secret", True),
            ("consent.not_renewed", "invalid_refresh_token", True),
        ]
        assert (await agreed.told())[-1] == ("ConsentEnded", f"slack:{TEAM}/{amy}", "refused")


@story
async def test_whoever_ends_it_while_it_is_renewed_has_ended_it():
    async with agreeing(rotates=True) as agreed:
        amy, _ = await rotating(agreed, 11)
        agreed.slack.faults.once("oauth.v2.access", faults.slow(0.2))
        renewing = asyncio.ensure_future(agreed.consents.token(TEAM, amy))
        await asyncio.sleep(0.05)
        assert await agreed.consents.revoked(TEAM, amy)
        with pytest.raises(TokenNotReady):
            await renewing

        assert await agreed.consents.token(TEAM, amy) == ""
        assert dead(agreed, list(agreed.slack.workspace.tokens)[-1]), "what came too late is given back"
