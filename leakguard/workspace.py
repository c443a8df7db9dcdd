"""Builds the Slack door from the settings, with its secrets. A part of app, beside it for its size."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.routing import BaseRoute, Route

from leakguard.channels.slack.api import FILE_HOSTS
from leakguard.channels.slack.door import Behind, SlackDoor, SlackSettings
from leakguard.channels.slack.ingress import PATH
from leakguard.sign_in_settings import secret_in
from leakguard.slack_settings import SHORTEST_TOKEN, SLACK, SlackSlice


def door(slice_: SlackSlice, behind: Behind) -> SlackDoor:
    """Not yet running. Raises Refused when a secret cannot be read."""
    return SlackDoor(slack_settings(slice_), behind)


def routes(door: SlackDoor) -> list[BaseRoute]:
    """What Slack calls at the address of the pages."""
    return [Route(PATH, door.http)] if door.http is not None else []


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
        api=slice_.api,
        file_hosts=FILE_HOSTS if slice_.api == SLACK else frozenset({urlsplit(slice_.api).netloc}),
    )


def _secret(path: str | None) -> str:
    return secret_in(path, SHORTEST_TOKEN) if path else ""
