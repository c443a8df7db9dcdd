"""What doctor says of an installation: what is missing and what will not work, and no token in any word of it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from leakguard.channels.slack.abilities import Ability
from leakguard.channels.slack.api import WebApi
from leakguard.channels.slack.doctor import Doctor, Finding, Installation, Report, State
from leakguard.channels.slack.manifest import Transport, manifest, scopes
from leakguard.channels.slack.needs import BOT, ENFORCER, OPTIONAL, PERSON
from tests.fakes.slack import FakeSlack, faults
from tests.fakes.slack.state import Kind
from tests.stories import story

SECRET = "0123456789abcdef0123456789abcdef"
ORIGIN = "https://review.stats.example"


@asynccontextmanager
async def workspace(**settings: Any):
    """A workspace in which all is well, and the installation that its tokens make."""
    async with FakeSlack(manifest=dict(manifest(Transport.SOCKET, ORIGIN, consent=True))) as slack:
        boss = slack.person("boss", admin=True)
        usual = Installation(
            bot_token=slack.bot_token.text,
            app_token=slack.app_token.text,
            enforcer_token=slack.consent(boss).text,
        )
        yield slack, replace(usual, **settings)


async def examined(slack: FakeSlack, installation: Installation) -> Report:
    async with aiohttp.ClientSession() as session:
        report = await Doctor(api=WebApi(session, slack.api_url), installation=installation).examine()
    secrets = (*slack.workspace.tokens, installation.signing_secret, *_tokens(installation))
    assert not [each for each in secrets if each and each in repr(report)], "no token and no secret is told"
    return report


def _tokens(installation: Installation) -> tuple[str, ...]:
    told = (installation.bot_token, installation.app_token, installation.enforcer_token, installation.discovery_token)
    return (*told, installation.client_secret)


def of(report: Report, about: str) -> list[Finding]:
    return [each for each in report.findings if each.about == about]


def bad(report: Report) -> list[str]:
    return [each.about for each in report.findings if each.state is State.BAD]


@story
async def test_an_installation_in_which_all_is_well_has_no_complaint():
    async with workspace(signing_secret=SECRET, origin=ORIGIN) as (slack, installation):
        room = slack.channel("compliance", kind=Kind.PRIVATE)
        report = await examined(slack, replace(installation, rooms={"compliance_channel": room.id}))

    assert report.is_well
    assert [(each.about, each.state) for each in report.findings] == [
        ("bot_token", State.GOOD),
        ("enforcer_token", State.GOOD),
        ("app_token", State.GOOD),
        ("signing_secret", State.GOOD),
        ("compliance_channel", State.GOOD),
        ("consent", State.WEAK),
    ]
    [bot] = of(report, "bot_token")
    assert all(each in bot.sentence for each in ("leakguard", "stats-example", "T00000001", "A00000001"))
    assert f"{ORIGIN}/slack/events" in of(report, "signing_secret")[0].sentence


@story
async def test_a_scope_that_was_not_granted_is_named_with_what_will_not_work():
    async with workspace() as (slack, installation):
        slack.bot_token.scopes -= {"users:read.email", "groups:history"}
        report = await examined(slack, installation)

    assert not report.is_well
    [missing] = [each for each in of(report, "bot_token") if each.state is State.BAD]
    assert "users:read.email (e-mail addresses are missing, so that nobody is known" in missing.sentence
    assert "groups:history (posts in private channels are not heard)" in missing.sentence
    assert "channels:history" not in missing.sentence
    assert "leakguard slack manifest" in missing.remedy


@story
async def test_a_scope_that_an_administrator_may_leave_out_is_noted_and_nothing_is_wrong():
    async with workspace() as (slack, installation):
        slack.bot_token.scopes -= OPTIONAL
        report = await examined(slack, installation)

    [noted] = [each for each in of(report, "bot_token") if each.state is State.WEAK]
    assert all(each in noted.sentence for each in OPTIONAL)
    assert report.is_well


def test_every_scope_that_is_asked_for_has_its_meaning():
    for consent in (False, True):
        bot, person = scopes(consent=consent)

        assert set(bot) <= set(BOT)
        assert set(person) <= set(PERSON)
        assert set(bot) >= OPTIONAL
    assert set(ENFORCER) <= set(scopes()[1]), "an installation by an administrator gives them"


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "there is none"),
        ("xoxp-somebody", "it is not the bot's"),
        ("xoxe.xoxb-1-rotated", "token rotation is on"),
        ("xoxb-of-nobody", "Slack refuses it (invalid_auth)"),
    ],
)
def test_a_token_that_is_wrong_is_told_as_what_it_is(token, words):
    @story
    async def whole() -> None:
        async with workspace(bot_token=token) as (slack, installation):
            report = await examined(slack, installation)

        [told] = of(report, "bot_token")
        assert (told.state, words in told.sentence, bool(told.remedy)) == (State.BAD, True, True)
        assert report.abilities.channels is Ability.BLIND

    whole()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.status(503), "does not answer"),
        (faults.dropped(), "does not answer"),
        (faults.limited(7), "run this again in 7 s"),
        (faults.answer("token_revoked"), "(token_revoked)"),
    ],
)
def test_whatever_slack_answers_is_a_finding(fault, words):
    @story
    async def whole() -> None:
        async with workspace() as (slack, installation):
            slack.faults.once("auth.test", fault)
            report = await examined(slack, installation)

        assert words in of(report, "bot_token")[0].sentence
        assert "bot_token" in bad(report)

    whole()


@story
async def test_an_enforcer_who_is_no_administrator_or_of_elsewhere_or_without_the_right_removes_nothing():
    async with workspace() as (slack, installation):
        joe = replace(installation, enforcer_token=slack.consent(slack.person("joe")).text)
        no_admin = await examined(slack, joe)
        slack.consent(slack.person("ada", admin=True))
        boss = slack.workspace.tokens[installation.enforcer_token]
        boss.scopes.discard("files:write")
        no_right = await examined(slack, installation)
        absent = await examined(slack, replace(installation, enforcer_token=""))

    assert "joe is no administrator" in of(no_admin, "enforcer_token")[0].sentence
    assert "files:write (it removes no files)" in of(no_right, "enforcer_token")[0].sentence
    assert of(absent, "enforcer_token")[0].state is State.WEAK
    assert absent.is_well
    assert {each.abilities.channels for each in (no_admin, no_right, absent)} == {Ability.FLAG}


@story
async def test_a_way_in_that_does_not_work_is_told():
    async with workspace() as (slack, installation):
        none = await examined(slack, replace(installation, app_token=""))
        wrong = await examined(slack, replace(installation, app_token="xoxb-something"))
        slack.app_token.scopes.clear()
        no_scope = await examined(slack, installation)
        secret = await examined(slack, replace(installation, app_token="", signing_secret="verification-token"))

    assert bad(none) == ["transport"]
    assert "begin with xapp-" in of(wrong, "app_token")[0].sentence
    assert "connections:write (no connection can be opened)" in of(no_scope, "app_token")[0].sentence
    assert "32 hexadecimal digits" in of(secret, "signing_secret")[0].sentence


@story
async def test_a_secret_that_slack_does_not_know_lets_nobody_agree():
    async with workspace(origin=ORIGIN) as (slack, installation):
        right = replace(installation, client_id=slack.app.client_id, client_secret=slack.app.client_secret)
        good = await examined(slack, right)
        wrong = await examined(slack, replace(right, client_secret="secret-of-another-app"))
        slack.faults.once("oauth.v2.access", faults.status(503))
        away = await examined(slack, right)

    assert (of(good, "consent")[0].state, bad(wrong), bad(away)) == (State.GOOD, ["consent"], ["consent"])
    assert f"{ORIGIN}/slack/connect" in of(good, "consent")[0].sentence
    assert "bad_client_secret" in of(wrong, "consent")[0].sentence


@story
async def test_a_room_must_be_there_be_ours_and_have_us_in_it():
    async with workspace() as (slack, installation):
        amy, guest = slack.person("amy"), slack.outsider("eve", "eve@other.example")
        rooms = {
            "elsewhere": slack.channel("open", amy, with_app=False).id,
            "hidden": slack.channel("hidden", amy, kind=Kind.PRIVATE, with_app=False).id,
            "shared": slack.channel("shared", amy, guest).id,
            "nowhere": "C99999999",
            "public": slack.channel("seen by all", amy).id,
            "canary_channel": "",
        }
        report = await examined(slack, replace(installation, rooms=rooms))

    assert bad(report) == ["elsewhere", "hidden", "shared", "nowhere"]
    assert [each.about for each in report.findings if each.state is State.WEAK] == [
        "public",
        "canary_channel",
        "consent",
    ]
    assert "everybody in the workspace reads it" in of(report, "public")[0].sentence
    assert "LeakGuard is not in #open" in of(report, "elsewhere")[0].sentence
    assert "/invite @LeakGuard" in of(report, "elsewhere")[0].remedy
    assert "no channel" in of(report, "hidden")[0].sentence
    assert "shared with another organisation" in of(report, "shared")[0].sentence


@story
async def test_what_the_workspace_can_do_is_said_by_place():
    async with workspace() as (slack, installation):
        discovery = slack.discovery_token().text
        consent = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
        by = {
            name: (await examined(slack, replace(installation, **changes))).abilities
            for name, changes in {
                "enforcer": {},
                "nothing": {"enforcer_token": ""},
                "discovery": {"enforcer_token": "", "discovery_token": discovery},
                "agreed": {"enforcer_token": "", "agreed": 2, **consent},
                "nobody agreed": consent,
                "everything": {"discovery_token": discovery, "agreed": 1, **consent},
                "agreed, and off": {"agreed": 1},
            }.items()
        }

    own = Ability.REMOVE_OF_THOSE_WHO_AGREED
    assert {name: (each.channels, each.direct, each.connect) for name, each in by.items()} == {
        "enforcer": (Ability.REMOVE, Ability.BLIND, Ability.FLAG),
        "nothing": (Ability.FLAG, Ability.BLIND, Ability.FLAG),
        "discovery": (Ability.HIDE, Ability.BLIND, Ability.HIDE),
        "agreed": (own, own, Ability.FLAG),
        "nobody agreed": (Ability.REMOVE, Ability.BLIND, Ability.FLAG),
        "everything": (Ability.REMOVE, Ability.HIDE, Ability.HIDE),
        "agreed, and off": (Ability.REMOVE, Ability.BLIND, Ability.FLAG),
    }
    for each in by.values():
        assert "direct messages" in each.paragraph.lower()
        assert "Slack Connect" in each.paragraph
    assert "the account of boss" in by["enforcer"].paragraph
    assert "can only flag" in by["nothing"].paragraph
    assert "the 2 people who agreed" in by["agreed"].paragraph
