"""Passwords of a release: tried on locked files, and shown to nobody."""

from __future__ import annotations

import pytest

from leakguard.rulebook import load
from tests.fakes.relay import RULE

RELEASES = """
schema: leakguard/releases/v1
zone: UTC
releases:
  - {id: JOBS-1, title: Jobs, series: jobs, release_at: "2031-03-18T09:30", passwords: [ocelot, shared]}
  - {id: JOBS-2, title: Jobs, series: jobs, release_at: "2031-04-18T09:30", passwords: [margay, shared]}
"""
TABLE = "id,title,series,release_at,zone,passwords\nJOBS-1,Jobs,jobs,2031-03-18T09:30,UTC,ocelot;margay\n"


def files(name: str, releases: str) -> dict[str, bytes]:
    return {"rule.yaml": RULE.encode(), name: releases.encode()}


@pytest.mark.parametrize(
    ("name", "releases", "passwords"),
    [
        ("releases.yaml", RELEASES, ("margay", "shared", "ocelot")),
        ("releases.csv", TABLE, ("ocelot", "margay")),
    ],
)
def test_those_of_the_latest_release_come_first_and_each_once(name, releases, passwords):
    assert load(files(name, releases)).passwords == passwords


def test_they_are_not_shown():
    rulebook = load(files("releases.yaml", RELEASES))

    assert "ocelot" not in repr(rulebook)
    assert "ocelot" not in repr(rulebook.book)
