"""When a release lifts, as people write it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from leakguard.model.embargo import Release
from leakguard.model.ids import ReleaseId
from leakguard.rulebook.spoken_times import spoken_times


def lifting(at: str, zone: str = "Europe/London") -> Release:
    return Release(
        id=ReleaseId("r"), title="r", zone=zone, release_at=datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
    )


@pytest.mark.parametrize(
    ("at", "said", "not_said"),
    [
        pytest.param(
            "2031-03-18T09:30:00+00:00",
            ["09:30", "9.30", "0930", "9.30am", "half nine", "half past nine", "18 March", "18th March", "March 18"],
            ["half ten", "9am", "18st March"],
            id="half past nine",
        ),
        pytest.param(
            "2031-07-01T06:00:00+00:00", ["07:00", "7am", "seven o'clock", "1st July"], ["06:00"], id="summer time"
        ),
        pytest.param(
            "2031-03-22T12:00:00+00:00", ["12:00", "12pm", "twelve o'clock", "22nd March"], ["0:00"], id="midday"
        ),
        pytest.param(
            "2031-03-11T16:30:00+00:00", ["16:30", "4.30", "half four", "11th March"], ["11st March"], id="afternoon"
        ),
    ],
)
def test_a_lift_is_said_in_these_ways(at: str, said: list[str], not_said: list[str]) -> None:
    found = spoken_times([lifting(at)])

    assert set(said) <= set(found)
    assert set(not_said).isdisjoint(found)


def test_two_releases_at_one_time_say_it_once() -> None:
    one = lifting("2031-03-18T09:30:00+00:00")

    assert spoken_times([one, one]) == spoken_times([one])
