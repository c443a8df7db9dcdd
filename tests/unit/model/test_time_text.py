"""Times as people read them. A countdown never promises too soon."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.model.time_text import countdown, full_time, with_countdown
from tests.builders import utc


@pytest.mark.parametrize(
    ("at", "zone", "text"),
    [
        pytest.param("2026-03-17T09:30", "Europe/London", "Tue 17 Mar 2026 09:30 GMT", id="winter"),
        pytest.param("2026-03-31T08:30", "Europe/London", "Tue 31 Mar 2026 09:30 BST", id="summer"),
        pytest.param("2026-03-29T00:59:59", "Europe/London", "Sun 29 Mar 2026 00:59:59 GMT", id="before the change"),
        pytest.param("2026-03-29T01:00", "Europe/London", "Sun 29 Mar 2026 02:00 BST", id="after it"),
        pytest.param("2026-10-25T00:30", "Europe/London", "Sun 25 Oct 2026 01:30 BST", id="the first half past one"),
        pytest.param("2026-10-25T01:30", "Europe/London", "Sun 25 Oct 2026 01:30 GMT", id="the second"),
        pytest.param("2026-03-03T13:30", "America/New_York", "Tue 3 Mar 2026 08:30 EST", id="one digit, elsewhere"),
    ],
)
def test_a_time_says_weekday_date_and_zone(at: str, zone: str, text: str) -> None:
    assert full_time(utc(at), zone) == text


def left(**parts: float) -> timedelta:
    return timedelta(**parts)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        pytest.param(left(minutes=18), "in 18 min", id="minutes"),
        pytest.param(left(minutes=17, seconds=1), "in 18 min", id="a started minute counts"),
        pytest.param(left(minutes=4, seconds=59), "in 4 min 59 s", id="seconds when it is near"),
        pytest.param(left(minutes=5), "in 5 min", id="no seconds from five minutes on"),
        pytest.param(left(minutes=5, seconds=1), "in 6 min", id="but a started one"),
        pytest.param(left(hours=2, minutes=5), "in 2 h 5 min", id="hours"),
        pytest.param(left(hours=1, minutes=59, seconds=30), "in 2 h", id="rounded into the next hour"),
        pytest.param(left(minutes=59, seconds=59), "in 1 h", id="rounded into the first hour"),
        pytest.param(left(hours=23, minutes=59, seconds=59), "in 1 day", id="rounded into the first day"),
        pytest.param(left(days=1, seconds=1), "in 1 day 1 h", id="a started hour counts"),
        pytest.param(left(days=2), "in 2 days", id="days"),
        pytest.param(left(seconds=59.2), "in 1 min", id="rounded into the first minute"),
        pytest.param(left(seconds=1), "in 1 s", id="a second"),
        pytest.param(left(microseconds=1), "in 1 s", id="the instant before is not now"),
        pytest.param(left(), "now", id="now"),
        pytest.param(left(microseconds=-1), "now", id="the instant after"),
        pytest.param(left(seconds=-1), "1 s ago", id="a second ago"),
        pytest.param(left(minutes=-3, seconds=-5), "3 min 5 s ago", id="minutes ago"),
        pytest.param(left(days=-3, hours=-2), "3 days 2 h ago", id="days ago"),
    ],
)
def test_a_countdown_shows_the_two_largest_units(span: timedelta, text: str) -> None:
    assert countdown(span) == text


_SECONDS = {"day": 86_400, "days": 86_400, "h": 3_600, "min": 60, "s": 1}


@given(st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=99)))
def test_a_countdown_never_promises_too_soon(span: timedelta) -> None:
    words = countdown(span).removeprefix("in ").split()
    promised = sum(int(number) * _SECONDS[unit] for number, unit in zip(words[::2], words[1::2], strict=True))

    assert timedelta(seconds=promised) >= span


def test_both_together() -> None:
    assert with_countdown(utc("2026-03-17T09:30"), "Europe/London", utc("2026-03-17T09:12")) == (
        "Tue 17 Mar 2026 09:30 GMT (in 18 min)"
    )
