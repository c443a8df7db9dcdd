"""From settings to a connected account: the program as it is started, before a Slack that enforces its rules."""

from __future__ import annotations

import asyncio
import socket

import httpx
import yaml

from leakguard import app
from leakguard.channels.slack.manifest import Transport, manifest
from leakguard.service.seal import new_key
from leakguard.settings import read_settings
from tests.fakes.slack import FakeSlack
from tests.house.test_canary import rules_in
from tests.stories import story
from tests.unit.service.world import until


def _port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _settings(folder, slack: FakeSlack, port: int) -> dict[str, object]:
    def kept(name: str, secret: str) -> str:
        (folder / name).write_text(f"{secret}\n")
        return str(folder / name)

    consent = {"client_id": slack.app.client_id, "client_secret_file": kept("secret", slack.app.client_secret)}
    return {
        "hostname": "relay.stats.example",
        "rules": rules_in(folder / "rules"),
        "store": str(folder / "leakguard.db"),
        "listeners": [{"port": 0}],
        "next_hop": {"hosts": ["127.0.0.1:1"]},
        "notices": {"sender": "leakguard@stats.example", "contact": "desk@stats.example"},
        "inspection": {"workers": 0},
        "web": {"origin": f"http://127.0.0.1:{port}", "port": port},
        "slack": {
            "api": slack.api_url,
            "bot_token_file": kept("bot", slack.bot_token.text),
            "app_token_file": kept("app", slack.app_token.text),
            "consent": consent | {"key_file": kept("key", new_key())},
        },
    }


def test_somebody_connects_their_account_to_a_program_that_was_started_from_settings(tmp_path):
    @story
    async def whole() -> None:
        port = _port()
        shape = dict(manifest(Transport.SOCKET, "https://review.stats.example", consent=True))
        back = f"http://127.0.0.1:{port}/slack/oauth_redirect"
        shape["oauth_config"] = {**shape["oauth_config"], "redirect_urls": [back]}
        async with FakeSlack(manifest=shape) as slack:
            slack.use_sockets()
            (tmp_path / "config.yaml").write_text(yaml.safe_dump(_settings(tmp_path, slack, port)))
            built = await app.build(read_settings(tmp_path / "config.yaml"))
            door = built.slack
            assert door is not None
            loops = [asyncio.ensure_future(each) for each in built.loops()]
            await built.start()
            await until(lambda: door.is_open)
            amy = slack.person("amy")
            async with httpx.AsyncClient() as browser:
                there = await browser.get(f"http://127.0.0.1:{port}/slack/connect")
                page = await browser.get(slack.agree(amy, there.headers["location"]))
            agreed = await built.store.vault.agreed(door.team)
            for each in loops:
                each.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await built.stop(1.0)

        assert (page.status_code, "Your account in Slack is connected" in page.text, agreed) == (200, True, 1)

    whole()
