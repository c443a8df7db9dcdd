"""Room numbers and agenda items are no figures; the same decimals beside a statistic are."""

import pytest

from leakguard.detect.figures import find_figures
from leakguard.detect.normalise import normalise


def figures(text: str) -> list[str]:
    view = normalise(text).text
    return [view[start:end] for start, end in find_figures(view)]


@pytest.mark.parametrize(
    "text",
    [
        "1.1 10:00 Welcome\n1.2 10:15 Minutes",
        "Item 2.4 is the CPI paper",
        "We meet in room 4.27",
        "Rooms 3.11, 3.12 and 3.14 are booked",
        "Room: 2.16",
        "Desk no. 5.13",
        "floor 1.2",
        "See annex 3.2 and paragraph 4.11",
        "The train is at 9.30",
    ],
)
def test_a_label_is_no_figure(text):
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The rate is 4.1 at 10:00", ["4.1"]),
        ("CPI 3.4 10:00 tomorrow", ["3.4"]),  # one decimal before a time is no agenda
        ("Room 4.27: unemployment 4.1", ["4.1"]),
        ("room 4.1% of us", ["4.1%"]),
        ("In the room, 4.1", ["4.1"]),
        ("items cost £4.20", ["£4.20"]),
    ],
)
def test_a_figure_stays_one(text, found):
    assert figures(text) == found
