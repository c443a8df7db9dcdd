"""The time that statistics tell of, as far as a text names it: a day, a month, a year, a week. Pure comparison."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What a text leaves open is None.

    edition: of a publication ("the February bulletin"), not what it tells of. published: when it came out, surely.
    """

    day: int | None = None
    month: int | None = None
    year: int | None = None
    week: int | None = None
    edition: bool = False
    published: bool = False


_REACH_BACK = 4  # months that an edition without a period in its title may tell of
_AHEAD = 2  # months; somebody who names no year and one of the next months means that one
_JUST_BEFORE = 6  # days
_MIDDLE_OF_A_MONTH = range(3, 28)  # statistics tell of months and their ends: in between is when something happened


def could_mean(named: Period, published: Period, about: tuple[Period, ...]) -> bool:
    """Whether somebody who names this period may mean a publication of this date that tells of these periods.

    In doubt it may: the answer no makes evidence weaker. What lies behind the publication is not public either.
    """
    if named.week is not None:
        weeks = [each.week for each in about if each.week is not None]
        return not weeks or named.week in weeks or named.week > max(weeks)
    if named.month is None:
        return _year_could_mean(named, published, about)
    if named.published:
        return _came_out_no_earlier(named, published)
    if _is_day_of_an_event(named, published, about):
        return False
    if _months_before(named, published) < 0 or any(_same_month(named, each) for each in (published, *about)):
        return True
    if _is_just_before(named, published):
        return True
    told = [each for each in about if each.month is not None and not _same_month(each, published)]
    back = _months_before(named, published)
    within = all(back < _months_before(each, published) for each in told) if told else back <= _REACH_BACK
    return within and not named.edition


def _is_day_of_an_event(named: Period, published: Period, about: tuple[Period, ...]) -> bool:
    """Whether it is an earlier day on which something happened: no period, and no end of one."""
    if named.day is None or _is_just_before(named, published):
        return False
    months = _months_before(named, published)
    if months < 0 or (months == 0 and named.day + _JUST_BEFORE >= (published.day or 0)):
        return False
    weeks = [each.week for each in about if each.week is not None]
    return _week_of(named, published) not in weeks if weeks else named.day in _MIDDLE_OF_A_MONTH


def _week_of(named: Period, published: Period) -> int | None:
    """The week that a day is in; None for a day that there is not."""
    assert named.day is not None and named.month is not None and published.year is not None, "it is a day"
    year = named.year or (published.year if named.month <= (published.month or 12) else published.year - 1)
    first = date(year, named.month, 1)
    day = first + timedelta(days=named.day - 1)
    return day.isocalendar().week if day.month == named.month else None


def telling(named: tuple[Period, ...]) -> tuple[Period, ...]:
    """Those that say which publication is meant: a date of publication settles it, else what its figures tell of."""
    told = tuple(each for each in named if each.month is not None and not each.edition)
    editions = any(each.edition for each in named)
    return tuple(each for each in named if each.published) or (told if editions else ()) or named


def _year_could_mean(named: Period, published: Period, about: tuple[Period, ...]) -> bool:
    assert published.year is not None, "a publication has a date"
    told = [each.year for each in about if each.month is not None and not _same_month(each, published)]
    years = told or [published.year - 1, *(each.year for each in about)]
    return named.year is None or named.year >= published.year or named.year in years


def _came_out_no_earlier(named: Period, published: Period) -> bool:
    assert published.day is not None, "a publication has a date"
    before = _months_before(named, published)
    return before < 0 or (before == 0 and (named.day is None or named.day >= published.day))


def _same_month(one: Period, other: Period) -> bool:
    return one.month == other.month and (None in (one.year, other.year) or one.year == other.year)


def _months_before(named: Period, published: Period) -> int:
    """Below 0 for the months behind a publication."""
    assert published.year is not None and published.month is not None and named.month is not None, "both are months"
    months = published.month - named.month
    if named.year is not None:
        return months + 12 * (published.year - named.year)
    return (months + _AHEAD) % 12 - _AHEAD


def _is_just_before(named: Period, published: Period) -> bool:
    """Whether it is one of the last days of the month before a publication early in its own."""
    assert published.day is not None, "a publication has a date"
    days_back = published.day + 31 - (named.day or 0)
    return named.day is not None and _months_before(named, published) == 1 and days_back <= _JUST_BEFORE
