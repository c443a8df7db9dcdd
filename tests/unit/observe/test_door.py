"""/healthz, /readyz, /metrics: what is not ready is named, and nothing of any message is told."""

from __future__ import annotations

import asyncio
import math
import socket
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest

from leakguard import app
from leakguard.clock import GuardedClock, SetClock
from leakguard.observe import Health, Loop, Metrics
from leakguard.observe.door import ObserveDoor, observe_site
from leakguard.settings import Settings
from leakguard.store.memory import MemoryStore
from tests.fakes.next_hop import RecordingNextHop
from tests.house.test_canary import AMY, CANARIES, JOE, LIFT, Heard, rules_in, submit
from tests.unit.service.world import World


class Watched:
    """A world with loops that turned just now, unless told otherwise."""

    def __init__(self, clock=None) -> None:
        self.world = World()
        self.clock = clock or self.world.clock
        if isinstance(self.clock, SetClock):
            self.clock.set(self.clock.now() + timedelta(minutes=1))
        self.turned = {"clerk": self.clock.seconds(), "postman": self.clock.seconds()}
        self.is_refused = False
        self.health = Health(
            store=self.world.store,
            clock=self.clock,
            current=self.world.current,
            loops=(self._loop("clerk", 5.0), self._loop("postman", 300.0)),
            is_refused=lambda: self.is_refused,
            metrics=Metrics(),
        )

    def _loop(self, name: str, late_after: float) -> Loop:
        return Loop(name=name, rounds_at=lambda: self.turned[name], late_after=late_after)

    async def get(self, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=observe_site(self.health))
        async with httpx.AsyncClient(transport=transport, base_url="http://relay") as client:
            return await client.get(path)

    def readyz(self) -> tuple[int, list[str]]:
        answer = asyncio.run(self.get("/readyz"))
        told = answer.json()
        assert told["ready"] is (answer.status_code == 200)
        return answer.status_code, told["not_ready"]


def test_a_relay_that_works_is_ready():
    assert Watched().readyz() == (200, [])


@pytest.mark.parametrize(("late", "answer"), [(5.0, (200, [])), (5.001, (503, ["clerk"]))])
def test_the_clerk_may_be_five_seconds_late_and_no_longer(late, answer):
    it = Watched()
    it.turned["clerk"] -= late

    assert it.readyz() == answer


def test_everything_that_is_not_ready_is_named_at_once():
    it = Watched()
    it.turned["postman"] = 0.0
    it.turned["clerk"] -= 6
    it.world.store.available = False

    assert it.readyz() == (503, ["store", "clerk", "postman"])


def test_a_clock_that_jumped_ends_readiness_until_it_is_trusted_again():
    ahead = [timedelta()]
    clock = GuardedClock(wall=lambda: World().clock.now() + ahead[0], steady=lambda: 100.0)
    it = Watched(clock)
    ahead[0] = timedelta(minutes=10)
    clock.now()

    assert it.readyz() == (503, ["clock"])

    clock.trust()
    assert it.readyz() == (200, [])


def test_a_refused_rulebook_is_a_warning_since_the_last_good_one_stays():
    it = Watched()
    it.is_refused = True
    answer = asyncio.run(it.get("/readyz"))

    assert (answer.status_code, answer.json()["warnings"]) == (200, ["rulebook_refused"])


@dataclass
class DoorInTrouble:
    """A door of Slack's, as it tells of itself."""

    blind_seconds: float
    channels: dict[str, int]
    warnings: tuple[str, ...]


def test_a_door_that_may_miss_posts_is_warned_of_and_measured_and_mail_goes_on():
    it = Watched()
    trouble = DoorInTrouble(181.5, {"watched": 7, "unwatched": 2, "shared": 1}, ("slack_blind",))
    it.health = replace(it.health, slack=trouble)

    answer, figures = asyncio.run(it.get("/readyz")), asyncio.run(it.get("/metrics")).text

    assert (answer.status_code, answer.json()["warnings"]) == (200, ["slack_blind"])
    assert 'leakguard_door_blind_seconds{door="slack"} 181.5' in figures
    assert 'leakguard_door_channels{door="slack",seen="unwatched"} 2.0' in figures


def test_where_nothing_can_prove_that_it_hears_the_figure_is_endless_and_without_the_door_there_is_none():
    it = Watched()
    without = asyncio.run(it.get("/metrics")).text
    it.health = replace(it.health, slack=DoorInTrouble(math.inf, {}, ("slack_unproven",)))

    assert "door_blind_seconds{" not in without
    assert 'leakguard_door_blind_seconds{door="slack"} +Inf' in asyncio.run(it.get("/metrics")).text


def test_the_process_is_alive_whatever_is_not_ready():
    it = Watched()
    it.world.store.available = False

    assert asyncio.run(it.get("/healthz")).status_code == 200


def test_metrics_are_told_without_the_store_and_say_that_it_is_missing():
    it = Watched()
    asyncio.run(it.world.submit("LMS"))
    with_store = asyncio.run(it.get("/metrics")).text
    it.world.store.available = False
    without = asyncio.run(it.get("/metrics"))

    assert 'leakguard_held{release="LMS-2031-03"} 1.0' in with_store
    assert "leakguard_store_available 1.0" in with_store
    assert without.status_code == 200
    assert "leakguard_store_available 0.0" in without.text
    assert "leakguard_held{" not in without.text


def test_only_reading_is_allowed_and_nothing_is_kept():
    async def story():
        transport = httpx.ASGITransport(app=observe_site(Watched().health))
        async with httpx.AsyncClient(transport=transport, base_url="http://relay") as client:
            return await client.post("/metrics"), await client.get("/metrics"), await client.get("/other")

    post, get, other = asyncio.run(story())

    assert (post.status_code, other.status_code) == (405, 404)
    assert get.headers["cache-control"] == "no-store"


def test_a_port_that_is_taken_stops_the_start():
    async def story():
        with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError):
            await ObserveDoor("127.0.0.1", taken.getsockname()[1], Watched().health).start()

    asyncio.run(story())


def settings(tmp_path, **more) -> Settings:
    return Settings.model_validate(
        {
            "hostname": "relay.example",
            "rules": rules_in(tmp_path / "rules"),
            "store": str(tmp_path / "store.db"),
            "listeners": [{"port": 0}],
            "next_hop": {"hosts": ["127.0.0.1:1"]},
            "notices": {"sender": "leakguard@stats.example", "contact": "desk@stats.example"},
            "inspection": {"workers": 0},
            **more,
        }
    )


def test_the_whole_relay_counts_a_held_and_a_clean_message_and_is_ready_only_while_its_loops_turn(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(app, "SmtpNextHop", lambda _settings: RecordingNextHop())

    async def story():
        clock = SetClock(LIFT - timedelta(minutes=8))
        built = await app.build(settings(tmp_path, observe={"port": 0}), clock, MemoryStore())
        clock.set(LIFT - timedelta(minutes=7))
        await built.start()
        port, heard = built.listeners[0].port, Heard()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{built.watched.port}") as client:
            before = await client.get("/readyz")
            loops = [asyncio.ensure_future(each) for each in built.loops()]
            await submit(port, JOE, (AMY,), b"Subject: zebrafinch\r\n\r\nunemployment rose\r\n", heard)
            await submit(port, JOE, (AMY,), b"Subject: zebrafinch\r\n\r\ntea at four\r\n", heard)
            await asyncio.sleep(0.1)
            ready, metrics = await client.get("/readyz"), await client.get("/metrics")
            for each in loops:
                each.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            clock.set(LIFT - timedelta(minutes=6))
            late = await client.get("/readyz")
        await built.stop(5.0)
        return before, ready, late, metrics.text

    before, ready, late, metrics = asyncio.run(story())

    assert (before.status_code, before.json()["not_ready"]) == (503, ["clerk", "postman", "reload"])
    assert (ready.status_code, ready.json()["not_ready"]) == (200, [])
    assert late.status_code == 503
    assert "clerk" in late.json()["not_ready"]
    assert 'leakguard_messages_total{channel="email",decision="hold"} 1.0' in metrics
    assert 'leakguard_messages_total{channel="email",decision="forward"} 1.0' in metrics
    assert 'leakguard_held{release="JOBS-1"} 1.0' in metrics
    assert "@" not in metrics
    assert not [word for word in CANARIES if word in metrics]


def test_nothing_listens_when_it_is_not_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(app, "SmtpNextHop", lambda _settings: RecordingNextHop())

    async def story():
        built = await app.build(settings(tmp_path), SetClock(LIFT), MemoryStore())
        await built.close()
        return built.watched

    assert asyncio.run(story()) is None
