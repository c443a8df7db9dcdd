"""Settings by which a `Relay` of `relay.py` guards a `FakeSlack` too: the real process, its tokens in files.

async with FakeSlack() as slack:
    with guard(folder, slack, lift_at, by_http=False) as relay: ...
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.fakes.relay import Relay, free_port
from tests.fakes.slack import FakeSlack

NOWHERE = 9  # the port "discard": mail is not what these processes are for


def guard(
    folder: Path,
    slack: FakeSlack,
    lift_at: datetime,
    *,
    by_http: bool,
    next_hop: int = NOWHERE,
    channel: str = "",
    **more: Any,
) -> Relay:
    """Not yet started. There is an enforcer, who is in no channel. channel: where compliance is told."""
    tokens = {"bot_token": slack.bot_token.text, "enforcer_token": slack.consent(_boss(slack)).text}
    web: Mapping[str, Any] = {}
    if by_http:
        port = free_port()
        web = {"web": {"port": port, "origin": f"http://127.0.0.1:{port}"}}
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
    return Relay(folder=folder, next_hop=next_hop, lift_at=lift_at, more={"slack": told, **web, **more})


def _boss(slack: FakeSlack) -> Any:
    return slack.person("boss", admin=True)
