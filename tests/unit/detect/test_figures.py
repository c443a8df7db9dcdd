"""What reads as a statistic, and what does not."""

from __future__ import annotations

import pytest

from leakguard.detect.figures import find_figures, same_figure
from leakguard.detect.normalise import normalise


def figures(text: str) -> list[str]:
    view = normalise(text).text
    return [view[start:end] for start, end in find_figures(view)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("unemployment was 4.1%", ["4.1%"]),
        ("4.1 %", ["4.1 %"]),
        ("up 0.3 percentage points", ["0.3 percentage points"]),
        ("4 per cent, 5 percent", ["4 per cent", "5 percent"]),
        ("31,420 people", ["31,420"]),
        ("1,234,567.8", ["1,234,567.8"]),
        ("£2bn and $3.5 million", ["£2bn", "$3.5 million"]),
        ("£412", ["£412"]),
        ("2.6m people", ["2.6m"]),
        ("three million", ["three million"]),
        ("four per cent", ["four per cent"]),
        ("two point seven", ["two point seven"]),
        ("twenty five percentage points", ["twenty five percentage points"]),
        ("25 basis points", ["25 basis points"]),
        ("the rate: 4.3 again", ["4.3"]),
        ("-0.2%", ["0.2%"]),
        ("rose to 4.25", ["4.25"]),
        ("(4.1%)", ["4.1%"]),
        ("the rate is at 4.7 now, up by 0.3 from 4.4", ["4.7", "0.3", "4.4"]),
        ("minus 0,1 after +0,25 and 3,1 %", ["0,1", "0,25", "3,1 %"]),
        ("mean response 41 minutes 12 seconds, 38 min 5 sec before", ["41 minutes 12 seconds", "38 min 5 sec"]),
        ("４．１％", ["4.1%"]),
    ],
)
def test_a_number_with_a_unit_is_a_figure(text: str, found: list[str]) -> None:
    assert figures(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "at 09:30",
        "at 9.30",
        "by 9.30 or from 10.15",
        "open until 5.5",
        "in 41 minutes",
        "pages 3,4 and 1,2,3",
        "at 9.30am",
        "9.30 am on the day",
        "18 March 2031",
        "18.03.2031",
        "2031-03-18",
        "room 4.12",
        "table 3.2",
        "section 2.1",
        "version 1.10",
        "version 1.2.3",
        "192.0.2.17",
        "020 7946 0018",
        "page 12",
        "A4",
        "12 people",
        "ref LMS-2031-03",
        "one of them",
        "a point of order",
        "v2.1",
        "covid19",
    ],
)
def test_dates_times_and_references_are_none(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "registered", "same"),
    [
        ("4.1%", ("4.1%",), True),
        ("4.1 per cent", ("4.1%",), True),
        ("4.2%", ("4.1%",), False),
        ("4.1%", ("4.06%",), True),
        ("4.06%", ("4.1%",), True),
        ("4.13%", ("4.1%",), True),
        ("4%", ("4.1%",), True),
        ("4.2%", ("4.06%",), False),
        ("31,420", ("31420",), True),
        ("31,421", ("31,420",), False),
        ("4.1%", ("9.9%", "4.1%"), True),
        ("4.1%", (), False),
        ("four per cent", ("4%",), False),
        ("1" * 60, ("4.123",), False),
        ("4.1", ("1" * 60,), False),
        ("4.1", ("no number",), False),
    ],
)
def test_a_figure_is_the_registered_one_at_the_coarser_precision(
    text: str, registered: tuple[str, ...], same: bool
) -> None:
    assert same_figure(text, registered) is same
