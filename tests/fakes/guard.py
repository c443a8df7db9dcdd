"""Settings by which a process guards a `FakeSlack`, with its tokens in files; and a `Relay` of `relay.py` that does.

async with FakeSlack() as slack:
    with guard(folder, slack, lift_at, by_http=False) as relay: ...
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.fakes.relay import Relay, free_port
from tests.fakes.slack import FakeSlack

NOWHERE = 9  # the port "discard": mail is not what these processes are for


def guard(folder: Path, slack: FakeSlack, lift_at: datetime, *, by_http: bool, channel: str = "", **more: Any) -> Relay:
    """Not yet started. more: further settings."""
    told = settings_of(folder, slack, by_http=by_http, channel=channel)
    return Relay(folder=folder, next_hop=NOWHERE, lift_at=lift_at, more=told | more)


def settings_of(folder: Path, slack: FakeSlack, *, by_http: bool, channel: str = "") -> dict[str, Any]:
    """The blocks `slack` and `web`; events are sent there. There is an enforcer, who is in no channel.

    channel: where compliance is told.
    """
    boss = slack.person("boss", admin=True)
    tokens = {"bot_token": slack.bot_token.text, "enforcer_token": slack.consent(boss).text}
    settings: dict[str, Any] = {}
    if by_http:
        port = free_port()
        settings["web"] = {"port": port, "origin": f"http://127.0.0.1:{port}"}
        tokens["signing_secret"] = slack.app.signing_secret
        slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
    else:
        tokens["app_token"] = slack.app_token.text
        slack.use_sockets()
    told: dict[str, Any] = {"api": slack.api_url} | ({"compliance_channel": channel} if channel else {})
    for name, secret in tokens.items():
        file = folder / name
        file.write_text(f"{secret}\n")
        told[f"{name}_file"] = str(file)
    return settings | {"slack": told}


async def until_greeted(relay: Relay, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(relay.greets):  # noqa: ASYNC110 - there is nothing to wait for but the fact
            await asyncio.sleep(0.02)
