"""The time that statistics tell of, as far as a text names it: a day, a month, a year, a week. Pure comparison."""

from __future__ import annotations

from dataclasses import dataclass


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


def could_mean(named: Period, published: Period, about: tuple[Period, ...]) -> bool:
    """Whether somebody who names this period may mean a publication of this date that tells of these periods.

    In doubt it may: the answer no makes evidence weaker.
    """
    if named.week is not None:
        weeks = [each.week for each in about if each.week is not None]
        return not weeks or named.week in weeks
    if named.day is not None:
        return (named.day, named.month) == (published.day, published.month) and _same_year(named, published)
    if named.published:
        return _same_month(named, published)
    if named.month is None:
        return _year_could_mean(named, published, about)
    if any(_same_month(named, each) for each in (published, *about)):
        return True
    told = [each for each in about if each.month is not None and not _same_month(each, published)]
    return not told and not named.edition and _lies_shortly_before(named, published)


def telling(named: tuple[Period, ...]) -> tuple[Period, ...]:
    """Those that say best which publication is meant: a date of publication, else a month or week, else a year."""
    published = tuple(each for each in named if each.published or each.day is not None)
    months = tuple(each for each in named if each.month is not None or each.week is not None)
    return published or months or named


def _year_could_mean(named: Period, published: Period, about: tuple[Period, ...]) -> bool:
    assert published.year is not None, "a publication has a date"
    years = {published.year, published.year - 1} | {each.year for each in about}
    return named.year is None or named.year in years


def _same_month(one: Period, other: Period) -> bool:
    return one.month == other.month and _same_year(one, other)


def _same_year(one: Period, other: Period) -> bool:
    return None in (one.year, other.year) or one.year == other.year


def _lies_shortly_before(named: Period, published: Period) -> bool:
    assert published.month is not None and named.month is not None, "both are months"
    return (published.month - named.month) % 12 <= _REACH_BACK
