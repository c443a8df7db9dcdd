"""Release morning in a browser: what is done on the page of a release holds at the SMTP door within a second."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from tests.browser.conftest import Desks
from tests.browser.office import CHRIS, PAT, Mailbox, Office, mail, two_hours_from_now, until

SERIES = ("jobs", "prices", "sales", "crime")
POSTPONED, CANCELLED, CONFIRMED, SUSPENDED = SERIES
SOON = timedelta(seconds=15)

_RULE = """\
schema: leakguard/rule/v1
id: test.{name}
version: 1
title: {name}
status: enforce
owner: {name}@stats.example
applies_to: {{series: {name}}}
patterns:
  subject: {{kind: phrase, any: [{name} index]}}
  movement: {{kind: phrase, any: [rose, fell]}}
findings:
  - {{id: direction, title: A direction, when: {{near: {{a: subject, b: movement, words: 3}}}}, confidence: high}}
tests:
  must_match: [{name} index rose]
  must_not_match: [tea at four]
  given: {{release: {{release_at: "2031-03-18T09:30", zone: Europe/London}}}}
"""


@dataclass(kw_only=True)
class Morning(Office):
    """Four releases, one for each act: one of them waits for a person, the others for a clock that is two hours off."""

    def lay_out(self) -> None:
        super().lay_out()
        rules = self.folder / "rules"
        for file in (rules / "packs").iterdir():
            file.unlink()
        for name in SERIES:
            (rules / "packs" / f"{name}.yaml").write_text(_RULE.format(name=name))
        self.plan(self.lift_at)

    def plan(self, lift_at: datetime) -> None:
        """The calendar and the access lists; lift_at: of the release that will be postponed. Read within seconds."""
        now = datetime.now(UTC)
        lifts = {POSTPONED: lift_at, CONFIRMED: now - timedelta(minutes=5)}
        releases = [
            {
                "id": name.upper(),
                "title": f"{name.title()} (test)",
                "series": name,
                "release_at": f"{lifts.get(name, self.lift_at):%Y-%m-%dT%H:%M:%SZ}",
                "pre_release_from": f"{now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
                "zone": "Europe/London",
                "lift": "on_confirmation" if name == CONFIRMED else "at_time",
            }
            for name in SERIES
        ]
        people = [{"id": each.partition("@")[0], "handles": [each]} for each in (PAT, CHRIS)]
        grants = [
            {"who": person["id"], "releases": [each["id"] for each in releases], "basis": "production"}
            for person in people
        ]
        book = {"schema": "leakguard/releases/v1", "zone": "UTC", "releases": releases}
        access = {"schema": "leakguard/access/v1", "people": people, "grants": grants}
        for name, part in (("access.yaml", access), ("releases.yaml", book)):
            (self.folder / name).write_text(yaml.safe_dump(part))
            (self.folder / name).replace(self.folder / "rules" / name)

    def tell(self, name: str, sender: str, to: str) -> str:
        return self.send(sender, (to,), mail(sender, "News", f"The {name} index rose.\n"))


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    folder = tmp_path_factory.mktemp("morning")
    with (
        Mailbox() as mailbox,
        Morning(folder=folder, next_hop=mailbox.sink.port, lift_at=two_hours_from_now(), mailbox=mailbox) as started,
    ):
        yield started.wait(120)


@pytest.fixture
def page(chromium, morning):
    desks = Desks(chromium, morning)
    yield desks.open(PAT, "/releases")
    desks.close()
    assert desks.complaints == []


def act(page, release: str, summary: str, **fields: str) -> None:
    """In two steps: what it would do, then the act."""
    page.goto(f"/releases/{release}")
    page.locator("summary", has_text=summary).click()
    box = page.locator("details[open]")
    for name, value in fields.items():
        box.locator(f"[name={name}]").fill(value)
    box.get_by_role("button", name="Go on").click()
    page.locator(".warning:visible").wait_for()
    page.locator("main button.grave").click()
    page.get_by_role("status").wait_for()


def told(page) -> str:
    return page.get_by_role("status").inner_text()


def test_a_postponed_release_keeps_what_is_held_past_its_old_lift(page, morning):
    lift_at = datetime.now(UTC) + SOON
    morning.plan(lift_at)
    until(lambda: page.goto("/releases/JOBS") and "in 1 h" not in page.locator("#release-state").inner_text())
    held = morning.tell(POSTPONED, "early@dept.example", "bob@dept.example")
    later = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    act(page, "JOBS", "Postpone", until=later, reason="The tables are late")

    assert "Postponed" in told(page)
    assert datetime.now(UTC) < lift_at, "this machine is too slow for this test"
    until(lambda: datetime.now(UTC) > lift_at + timedelta(seconds=2), 60)
    assert not morning.mailbox.mail("bob@dept.example", "early@dept.example")
    page.goto(f"/items/{held}")
    assert "held" in page.locator("#copies").inner_text()


def test_whose_access_is_suspended_gets_nothing_a_second_later(page, morning):
    assert morning.tell(SUSPENDED, PAT, CHRIS) == ""

    act(page, "CRIME", "Suspend somebody", handle=CHRIS, reason="Left the department")
    done = time.monotonic()

    assert "suspended" in told(page)
    time.sleep(max(0.0, 1.0 - (time.monotonic() - done)))
    assert morning.tell(SUSPENDED, PAT, CHRIS) != ""
    assert "1 suspended" in page.locator("#release-state").inner_text()


def test_a_cancelled_release_stays_closed(page, morning):
    held = morning.tell(CANCELLED, "cancel@dept.example", "bob@dept.example")

    act(page, "PRICES", "Cancel", reason="The survey was stopped")

    assert "stays embargoed" in told(page)
    page.goto("/releases")
    assert re.search(r"cancelled", page.locator("tr", has_text="Prices").inner_text(), re.I)
    until(lambda: page.goto(f"/items/{held}") and "no time is known" in page.locator("aside").inner_text().lower())


def test_what_waits_for_a_confirmed_publication_leaves_when_somebody_says_so(page, morning):
    assert morning.tell(CONFIRMED, "confirm@dept.example", "bob@dept.example")
    assert not morning.mailbox.mail("bob@dept.example", "confirm@dept.example")

    act(page, "SALES", "Published: lift now", reason="It is on the website")

    assert "goes now" in told(page)
    until(lambda: morning.mailbox.mail("bob@dept.example", "confirm@dept.example"), 5)


def test_the_first_step_alone_does_nothing_and_a_reason_is_needed(page, morning):
    page.goto("/releases/CRIME")
    page.locator("summary", has_text="Cancel").click()
    box = page.locator("details[open]")
    box.locator("[name=reason]").fill("Only looking")
    box.get_by_role("button", name="Go on").click()
    assert "called off" in page.locator(".warning:visible").inner_text()
    page.get_by_role("link", name="Go back").click()
    assert "cancelled" not in page.locator("#release-state").inner_text().lower()
