"""A workspace whose people can agree, with real parts: the exchange over HTTP, the seal, a store in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlsplit

from leakguard.channels.slack.manifest import Transport, manifest, scopes
from leakguard.channels.slack.oauth import SlackOAuth
from leakguard.clock import SetClock
from leakguard.model.consent import Consent
from leakguard.service.consents import Consents
from leakguard.service.pace import Pace
from leakguard.service.seal import Seal, key_of, new_key
from leakguard.store.memory import MemoryStore
from tests.fakes.slack import FakeSlack, Person
from tests.unit.service.world import EARLY

ORIGIN = "https://review.stats.example"
BACK = f"{ORIGIN}/slack/oauth_redirect"
TEAM = "T00000001"
BROWSER = "browser of amy"


@dataclass(kw_only=True)
class Agreeing:
    slack: FakeSlack
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: SetClock = field(default_factory=lambda: SetClock(EARLY))
    team: str = TEAM
    pace: Pace = field(init=False)
    key: bytes = field(default_factory=lambda: key_of(new_key()))

    def __post_init__(self) -> None:
        self.pace = Pace(clock=self.clock.seconds, most=10)

    @property
    def consents(self) -> Consents:
        """Made anew, as after a restart."""
        return Consents(
            store=self.store.vault,
            seal=Seal(self.key),
            exchange=SlackOAuth(
                client_id=self.slack.app.client_id,
                client_secret=self.slack.app.client_secret,
                back=BACK,
                scopes=scopes(consent=True)[1],
                api=self.slack.api_url,
            ),
            clock=self.clock,
            team=lambda: self.team,
            pace=self.pace,
        )

    async def connect(self, person: Person, invitation: str = "") -> Consent:
        """All the way: to Slack, agreed, and back."""
        there = self.consents.begin(BROWSER, invitation)
        return await self.consents.finish(BROWSER, **brought(self.slack.agree(person, there)))

    async def told(self) -> list[tuple[str, str, str]]:
        audit = await self.store.audit()
        return [(each.kind, each.body["person"], each.body.get("why", "")) for each in audit]


@asynccontextmanager
async def agreeing(*, rotates: bool = False) -> AsyncIterator[Agreeing]:
    shape = dict(manifest(Transport.SOCKET, ORIGIN, consent=True))
    shape["settings"] = {**shape["settings"], "token_rotation_enabled": rotates}
    async with FakeSlack(manifest=shape) as slack:
        slack.limits.on = False
        yield Agreeing(slack=slack)


def brought(address: str) -> dict[str, str]:
    """What the browser brings back: code and state."""
    assert address.startswith(f"{BACK}?"), "Slack sends people to our own address"
    return dict(parse_qsl(urlsplit(address).query))


__all__ = ["BACK", "BROWSER", "ORIGIN", "TEAM", "Agreeing", "agreeing", "brought", "replace"]
