"""The times that a text says it tells of, and those that it only compares with."""

from __future__ import annotations

import pytest

from leakguard.detect.normalise import normalise
from leakguard.detect.periods import named_periods
from leakguard.model.period import Period, could_mean


def periods(text: str) -> list[Period]:
    return [period for _, period in named_periods(normalise(text).text)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The January bulletin showed a fall", [Period(month=1, edition=True)]),
        ("published on 14 February", [Period(day=14, month=2, published=True)]),
        ("announced in February as 3.5%", [Period(month=2, published=True)]),
        ("the bulletin of 21 February", [Period(day=21, month=2, published=True)]),
        ("grew by 0.2% (ONS, 21 February)", [Period(day=21, month=2, published=True)]),
        ("it fell (ONS, first estimate, 13 February 2031).", [Period(day=13, month=2, year=2031, published=True)]),
        ("source: Home Office, 27 November 2030", [Period(day=27, month=11, year=2030, published=True)]),
        ("as reported on 21 February", [Period(day=21, month=2, published=True)]),
        ("in the picking season, 1894, it fell", [Period(year=1894)]),
        ("growth was 2.8 in 1950s terms", [Period(year=1950)]),
        ("the 16 December bulletin", [Period(day=16, month=12, edition=True, published=True)]),
        ("the figures to 16 December", [Period(month=12)]),
        ("the May figures", [Period(month=5)]),
        ("released last month, on 14 February", [Period(day=14, month=2, published=True)]),
        ("It is new.\n\nIn 1984 it hit 12%", [Period(year=1984)]),
        ("the February figures", [Period(month=2)]),
        ("in February 2031", [Period(month=2, year=2031)]),
        ("the year ending 31 December 2030", [Period(month=12, year=2030)]),
        ("back in March", [Period(month=3)]),
        ("In 1984 unemployment hit 12%", [Period(year=1984)]),
        ("between 2007 and 2009", [Period(year=2007)]),
        ("in the nine years to 2019 output grew", [Period(year=2019)]),
        ("a chart from 1964 to 2030", [Period(year=1964)]),
        ("in the 1980s", [Period(year=1980)]),
        ("after the 2008 crash", [Period(year=2008)]),
        ("a surplus in 1998-99", [Period(year=1999)]),
        ("attendance in week 7", [Period(week=7)]),
        ("crime fell in the year to September", [Period(month=9)]),
        ("the three months ending in May", [Period(month=5)]),
        ("GDP rose in the fourth quarter of 2030", [Period(month=12, year=2030)]),
        ("down in Q2 2029, they say", [Period(month=6, year=2029)]),
        ("in the summer of 1976 inflation fell", [Period(year=1976)]),
        ("CPI stood at 3.4% in the December figures", [Period(month=12)]),
    ],
)
def test_a_time_that_a_text_tells_of_is_found(text: str, named: list[Period]) -> None:
    assert periods(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "highest since 1984",
        "Unemployment was 4.4%, up from 4.2% in January 2031",
        "lower than in 2019",
        "compared with February 2030",
        "since the series began in 1997",
        "identical to the February figures",
        "it fell in August",  # a month alone: producers say it too
        "3.1% now; it was 3.4% in January",
        "3.1%, 3.4% in January",
        "stuck where it was in January",
        "it rose after falling in January",
        "up on the year to September",
        "unchanged at January's level",
        "retail sales may rise and march on",
        "the figures may show a rise and the numbers may update",
        "rose to 1950 cases",
        "1,984 people",
        "Sep 58,311 | Dec 49,206",
        "headcount, 1984 of them here",
        "On Mon, 17 Mar 2031 at 10:02, Lead wrote:",
        "Sent: Monday, 17 March 2031",
        "Date: 17 March 2031 10:02",
    ],
)
def test_what_is_only_compared_with_or_a_date_of_a_mail_is_none(text: str) -> None:
    assert periods(text) == []


MARCH = Period(day=18, month=3, year=2031)
FEBRUARY = (Period(month=2, year=2031),)  # what a publication of that day tells of


@pytest.mark.parametrize(
    ("named", "about", "may"),
    [
        pytest.param(Period(month=2), FEBRUARY, True, id="the month it tells of"),
        pytest.param(Period(month=3, edition=True), FEBRUARY, True, id="the month it comes out"),
        pytest.param(Period(month=2, published=True), FEBRUARY, False, id="came out in the month it tells of"),
        pytest.param(Period(month=1), FEBRUARY, False, id="an earlier month"),
        pytest.param(Period(month=2), (Period(month=1, year=2031),), True, id="later than what it tells of"),
        pytest.param(Period(month=2, year=2030), FEBRUARY, False, id="a year earlier"),
        pytest.param(Period(day=18, month=3), FEBRUARY, True, id="its day"),
        pytest.param(Period(day=18, month=3, published=True), FEBRUARY, True, id="comes out on its day"),
        pytest.param(Period(day=14, month=2, published=True), FEBRUARY, False, id="came out on another day"),
        pytest.param(Period(day=25, month=3, published=True), FEBRUARY, True, id="comes out later"),
        pytest.param(Period(month=4, published=True), FEBRUARY, True, id="comes out next month"),
        pytest.param(Period(day=14, month=2), FEBRUARY, False, id="a day on which something happened"),
        pytest.param(Period(day=1, month=2), FEBRUARY, True, id="the first day of what it tells of"),
        pytest.param(Period(day=28, month=2), FEBRUARY, True, id="the last day of what it tells of"),
        pytest.param(Period(day=12, month=3), FEBRUARY, True, id="a day shortly before it comes out"),
        pytest.param(Period(day=4, month=3), FEBRUARY, False, id="a day well before it comes out"),
        pytest.param(Period(day=5, month=3), (Period(week=10),), True, id="a day of its week"),
        pytest.param(Period(day=26, month=2), (Period(week=10),), False, id="a day of another week"),
        pytest.param(Period(day=31, month=2), (Period(week=10),), False, id="a day that there is not"),
        pytest.param(Period(day=14, month=1), FEBRUARY, False, id="a day of another month"),
        pytest.param(Period(month=4), FEBRUARY, True, id="the next month: not public either"),
        pytest.param(Period(month=1, year=2032), FEBRUARY, True, id="a month of next year"),
        pytest.param(Period(year=2032), FEBRUARY, True, id="next year"),
        pytest.param(Period(week=11), (Period(week=10),), True, id="a later week"),
        pytest.param(Period(month=1), (), True, id="nobody knows what it tells of"),
        pytest.param(Period(month=1, edition=True), (), False, id="an edition is another all the same"),
        pytest.param(Period(month=9), (), False, id="too long ago"),
        pytest.param(Period(year=2030), (), True, id="last year"),
        pytest.param(Period(year=1984), FEBRUARY, False, id="long ago"),
        pytest.param(Period(year=2030), FEBRUARY, False, id="last year, where a month of this is told of"),
        pytest.param(Period(year=2031), FEBRUARY, True, id="its year"),
        pytest.param(Period(week=10), (Period(week=10),), True, id="its week"),
        pytest.param(Period(week=8), (Period(week=10),), False, id="another week"),
        pytest.param(Period(week=8), FEBRUARY, True, id="a week of something else"),
    ],
)
def test_whether_a_named_time_may_mean_a_publication(named: Period, about: tuple[Period, ...], may: bool) -> None:
    assert could_mean(named, MARCH, about) is may


@pytest.mark.parametrize(("day", "may"), [(27, False), (28, True), (31, True)])
def test_the_last_days_before_a_publication_early_in_its_month_may_mean_it(day: int, may: bool) -> None:
    assert could_mean(Period(day=day, month=3), Period(day=3, month=4, year=2031), FEBRUARY) is may
