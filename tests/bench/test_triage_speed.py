"""What the list of held messages costs when ten thousand are held, against an empty one: over ASGI, before SQLite."""

from __future__ import annotations

import asyncio
import hashlib
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from leakguard.model.account import Role
from leakguard.model.content import Confidence, Finding, Scope, Verdict
from leakguard.model.decision import Reason, ReasonCode
from leakguard.model.events import Held
from leakguard.model.held import HeldMessage, HeldRecipient
from leakguard.model.ids import HeldId, RuleId
from leakguard.model.message import Direction, Recipient
from leakguard.store.sqlite import SqliteStore
from tests.unit.service.world import CPI, LMS, T, World
from tests.web.office import Office

pytestmark = pytest.mark.bench

HELD, REQUESTS, AT_ONCE = 10_000, 100, 500
WANTED_SECONDS = 0.2
CONFIDENCES = tuple(Confidence)


def held(number: int) -> HeldMessage:
    """No two alike; from two thousand senders to one to three people each."""
    content = f"Subject: {number}\r\n\r\nnothing that matters here\r\n".encode()
    release = (LMS, CPI)[number % 2]
    reasons = (Reason(code=ReasonCode.RECIPIENT_NOT_LISTED, release=release.id, rule=RuleId("lms-direction")),)
    finding = Finding(
        rule=RuleId("lms-direction"),
        id="direction",
        title="Direction",
        scope=Scope(release=release.id),
        confidence=CONFIDENCES[number % 3],
        part="1",
        place="text",
        text="",
    )
    return HeldMessage(
        id=HeldId(f"m{number:05}"),
        key=f"key of {number}",
        digest=hashlib.sha256(content).hexdigest(),
        received_at=T - timedelta(seconds=number % 3_000),
        direction=Direction.OUTBOUND,
        mail_from=f"sender{number % 2_000}@dept.example",
        content=content,
        verdict=Verdict(findings=(finding,)),
        recipients=tuple(
            HeldRecipient(
                recipient=Recipient(address=f"reader{number}.{each}@news.example"),
                decide_again_at=release.release_at,
                reasons=reasons,
            )
            for each in range(1 + number % 3)
        ),
    )


async def put(store: SqliteStore, messages: list[HeldMessage]) -> None:
    event = Held(at=T, held=HeldId(""), sender="", releases=(LMS.id,))
    await asyncio.gather(
        *(store.hold(each, [replace(event, held=each.id, sender=each.mail_from)], ()) for each in messages)
    )


@asynccontextmanager
async def office_with(folder: Path, count: int) -> AsyncIterator[Office]:
    store = await SqliteStore.open(folder / f"{count}.db")
    for start in range(0, count, AT_ONCE):
        await put(store, [held(number) for number in range(start, min(start + AT_ONCE, count))])
    office = Office(world=World(store=store))
    office.sign_in(Role.REVIEWER)
    yield office
    await store.close()


async def timed(client: httpx.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    answer = await client.get(path)
    assert answer.status_code == 200
    return time.perf_counter() - began


async def measured(office: Office, path: str, news: int = 0) -> list[float]:
    """news: the number of the first of the messages of which one comes before each request."""
    async with office.client() as client:
        await timed(client, path)
        found = []
        for number in range(REQUESTS):
            if news:
                await put(office.world.store, [held(news + number)])
            found.append(await timed(client, path))
        return found


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def test_the_list_of_ten_thousand_held_messages_answers_at_once(tmp_path: Path) -> None:
    async def story() -> dict[str, list[float]]:
        async with office_with(tmp_path, 0) as empty, office_with(tmp_path, HELD) as full:
            return {
                "nothing is held": await measured(empty, "/held"),
                "the first page": await measured(full, "/held"),
                "the last page": await measured(full, "/held?page=200"),
                "a search": await measured(full, "/held?q=sender77%20news.example"),
                "a new message before each": await measured(full, "/held", news=HELD),
            }

    found = asyncio.run(story())

    empty = p95(found["nothing is held"])
    print(f"\n{HELD:,} held, SQLite, {REQUESTS} requests each; 95th percentile and how often that of an empty list")
    for name, seconds in found.items():
        verdict = "REACHED" if p95(seconds) < WANTED_SECONDS else "NOT REACHED"
        print(
            f"  {name:26} {p95(seconds) * 1000:6.1f} ms {p95(seconds) / empty:6.1f} times"
            f" (wanted: under {WANTED_SECONDS * 1000:.0f} ms, {verdict})"
        )
    assert min(map(len, found.values())) == REQUESTS
