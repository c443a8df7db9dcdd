"""Requests are signed with Slack's recipe, and retried with its headers."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable

import pytest
from slack_sdk.signature import SignatureVerifier

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.timing import SlackTime
from tests.fakes.slack.transport import HttpTransport
from tests.unit.slack_fake.bolt import Bolt, listening


def play(story: Callable[[FakeSlack, Bolt, HttpTransport], Awaitable[None]], scale: float = 6000) -> None:
    async def life() -> None:
        async with FakeSlack(time=SlackTime(scale=scale)) as slack, listening(slack, "http") as bolt:
            transport = slack.courier.transport
            assert isinstance(transport, HttpTransport)
            await story(slack, bolt, transport)

    asyncio.run(life())


def test_slacks_own_verifier_accepts_the_signature() -> None:
    async def story(slack: FakeSlack, bolt: Bolt, transport: HttpTransport) -> None:
        headers = transport.signature(b"body")
        verifier = SignatureVerifier(slack.app.signing_secret)

        assert verifier.is_valid_request(b"body", headers)
        assert not verifier.is_valid_request(b"other body", headers)

    play(story)


def test_a_retry_says_which_it_is_and_why() -> None:
    async def story(slack: FakeSlack, bolt: Bolt, transport: HttpTransport) -> None:
        bolt.status = 503
        amy = slack.person("amy")
        await amy.post(slack.channel("jobs", amy), "tea")
        await slack.quiet()

        said = [(one.get("x-slack-retry-num"), one.get("x-slack-retry-reason")) for one in bolt.headers]
        assert said == [
            (None, None),
            (["1"], ["http_error"]),
            (["2"], ["http_error"]),
            (["3"], ["http_error"]),
        ]

    play(story)


def test_the_waits_between_retries_are_slacks() -> None:
    async def story(slack: FakeSlack, bolt: Bolt, transport: HttpTransport) -> None:
        bolt.status = 503
        amy = slack.person("amy")
        await amy.post(slack.channel("jobs", amy), "tea")
        await slack.quiet()

        first, second, third = (b.at - a.at for a, b in itertools.pairwise(slack.courier.deliveries))
        assert first < 60 <= second < 300 <= third

    play(story, scale=600)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"X-Slack-Signature": "v0=00"}, 401, id="a wrong signature"),
        pytest.param({"X-Slack-Request-Timestamp": "1"}, 401, id="an old request"),
    ],
)
def test_a_request_that_is_not_slacks_can_be_made(headers: dict[str, str], status: int) -> None:
    async def story(slack: FakeSlack, bolt: Bolt, transport: HttpTransport) -> None:
        body = json.dumps({"type": "event_callback", "event": {"type": "message"}}).encode()
        signed = transport.signature(body) | {"Content-Type": "application/json"}

        outcome = await transport.send_raw(body, signed | headers)

        assert outcome.status == status
        assert bolt.heard == []

    play(story)


def test_a_replay_carries_the_signature_of_its_time() -> None:
    async def story(slack: FakeSlack, bolt: Bolt, transport: HttpTransport) -> None:
        body = b'{"type": "event_callback", "event": {"type": "message"}}'
        old, fresh = (transport.signature(body, str(int(time.time()) - ago)) for ago in (301, 10))

        assert (await transport.send_raw(body, old | {"Content-Type": "application/json"})).status == 401
        assert (await transport.send_raw(body, fresh | {"Content-Type": "application/json"})).status == 200

    play(story)


def test_an_address_where_nobody_listens_is_tried_four_times() -> None:
    async def story(slack: FakeSlack, bolt: Bolt, transport: HttpTransport) -> None:
        transport.url = "http://127.0.0.1:9/nobody"
        amy = slack.person("amy")
        await amy.post(slack.channel("jobs", amy), "tea")
        await slack.quiet()

        assert {one.outcome.reason for one in slack.courier.deliveries} == {"connection_failed"}
        assert len(slack.courier.deliveries) == 4
        assert len(slack.courier.lost) == 1

    play(story)
