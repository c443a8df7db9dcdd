"""Builds the Slack door from the settings, with its secrets. A part of app, beside it for its size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote, urlsplit

import aiohttp
from starlette.routing import BaseRoute, Route

from leakguard.channels.slack.api import FILE_HOSTS, ApiRefused, ApiUnavailable, WebApi
from leakguard.channels.slack.coverage import Coverage, ask_coverage
from leakguard.channels.slack.doctor import Doctor, Installation, Report
from leakguard.channels.slack.door import SlackDoor
from leakguard.channels.slack.ingress import PATH
from leakguard.channels.slack.limiter import Limiter
from leakguard.channels.slack.manifest import scopes
from leakguard.channels.slack.oauth import SlackOAuth
from leakguard.channels.slack.terms import Behind, SlackSettings
from leakguard.channels.slack.watch import WatchSettings
from leakguard.model.errors import Refused
from leakguard.service.consents import Consents
from leakguard.service.pace import Pace
from leakguard.service.ports import Clock
from leakguard.service.seal import Seal, key_of
from leakguard.service.vault_ports import VaultStore
from leakguard.settings import Settings, WebSlice
from leakguard.sign_in_settings import secret_in
from leakguard.slack_settings import SHORTEST_TOKEN, SLACK, SlackSlice

AGREEMENTS_A_MINUTE = 60  # of one client, which may be a whole office; Slack takes some hundred


def door(slice_: SlackSlice, behind: Behind) -> SlackDoor:
    """Not yet running. Raises Refused when a secret cannot be read."""
    return SlackDoor(slack_settings(slice_), behind)


def consents(
    slice_: SlackSlice, origin: str, store: VaultStore, clock: Clock, team: Callable[[], str]
) -> Consents | None:
    """None where nobody can agree. Raises Refused when a secret or the key cannot be read."""
    if slice_.consent is None:
        return None
    exchange = SlackOAuth(
        client_id=slice_.consent.client_id,
        client_secret=secret_in(slice_.consent.client_secret_file, SHORTEST_TOKEN),
        back=f"{origin}/slack/oauth_redirect",
        scopes=scopes(consent=True)[1],
        api=slice_.api,
    )
    seal = Seal(key_of(secret_in(slice_.consent.key_file)))
    pace = Pace(clock=clock.seconds, most=AGREEMENTS_A_MINUTE)
    return Consents(store=store, seal=seal, exchange=exchange, clock=clock, team=team, pace=pace)


async def examined(settings: Settings, agreed: int) -> Report:
    """What doctor says of these settings. agreed: how many people did. Raises Refused when a secret cannot be read."""
    assert settings.slack is not None, "whoever has no Slack has nothing to examine"
    chosen = slack_settings(settings.slack)
    async with aiohttp.ClientSession() as session:
        api = WebApi(session, chosen.api, chosen.file_hosts)
        return await Doctor(api=api, installation=installation(settings.slack, chosen, settings.web, agreed)).examine()


async def coverage(slice_: SlackSlice) -> Coverage:
    """Raises Refused when a secret cannot be read, and when Slack does not tell."""
    chosen = slack_settings(slice_)
    async with aiohttp.ClientSession() as session:
        api = WebApi(session, chosen.api, chosen.file_hosts)
        try:
            return await ask_coverage(api, Limiter(), chosen.bot_token)
        except ApiRefused as refused:
            raise Refused(f"Slack does not list its channels: {refused.code}") from None
        except ApiUnavailable:
            raise Refused("Slack does not answer") from None


def installation(slice_: SlackSlice, chosen: SlackSettings, web: WebSlice | None, agreed: int) -> Installation:
    consent = slice_.consent
    if consent is not None:
        key_of(secret_in(consent.key_file))
    rooms = {"compliance_channel": slice_.compliance_channel, "canary_channel": slice_.canary_channel}
    return Installation(
        bot_token=chosen.bot_token,
        app_token=chosen.app_token,
        signing_secret=chosen.signing_secret,
        enforcer_token=chosen.enforcer_token,
        discovery_token=chosen.discovery_token,
        origin=web.origin if web is not None else "",
        rooms={name: room or "" for name, room in rooms.items()},
        client_id=consent.client_id if consent else "",
        client_secret=_secret(consent.client_secret_file) if consent else "",
        agreed=agreed,
    )


def routes(door: SlackDoor) -> list[BaseRoute]:
    """What Slack calls at the address of the pages."""
    return [Route(PATH, door.http)] if door.http is not None else []


def connecting(consents: Consents | None, origin: str) -> Callable[[str], str]:
    """The address at which just this person connects their account; "" where that is not turned on."""
    if consents is None:
        return lambda user: ""
    return lambda user: f"{origin}/slack/connect?for={quote(consents.invitation(user), safe='')}"


def slack_settings(slice_: SlackSlice) -> SlackSettings:
    """Raises Refused when a secret cannot be read."""
    return SlackSettings(
        bot_token=secret_in(slice_.bot_token_file, SHORTEST_TOKEN),
        app_token=_secret(slice_.app_token_file),
        signing_secret=_secret(slice_.signing_secret_file),
        enforcer_token=_secret(slice_.enforcer_token_file),
        discovery_token=_secret(slice_.discovery_token_file),
        domains=frozenset(slice_.domains),
        compliance_channel=slice_.compliance_channel or "",
        sockets=slice_.sockets,
        watch=WatchSettings(
            canary_channel=slice_.canary_channel or "",
            every=slice_.canary_seconds,
            blind_after=slice_.blind_after_seconds,
            look_back=timedelta(days=slice_.look_back_days),
            joins_public=slice_.join_public,
        ),
        api=slice_.api,
        file_hosts=FILE_HOSTS if slice_.api == SLACK else frozenset({urlsplit(slice_.api).netloc}),
    )


def _secret(path: str | None) -> str:
    return secret_in(path, SHORTEST_TOKEN) if path else ""
