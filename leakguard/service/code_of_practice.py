"""Which rule of the Code of Practice a breach report cites, by the edition in force when it happened. Data.

ref: CoP T3.3, CoP T3.4, CoP T3.6, CoP 3.0 3.3, CoP 3.0 3.4
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """number: as the edition counts. duty: what it asks for, in our words."""

    number: str
    duty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """since: the first day it is cited for. published: as people say it."""

    name: str
    since: date
    published: str
    practices: tuple[Practice, ...]


_PRODUCTION = "access before release only for production, quality assurance and operations, with accurate records"
_ELIGIBLE = (
    "statistics in their final form only to eligible recipients, recorded with a justification; "
    "no indication of them made public before release"
)
_TIME = "release at the standard time (where results reached the public before it)"

EDITIONS = (
    Edition(
        name="Code of Practice for Official Statistics, edition 1.0",
        since=date(2009, 1, 1),
        published="January 2009",
        practices=(
            Practice(number="Protocol 2, practice 8", duty="no access before release but by the pre-release rules"),
        ),
    ),
    Edition(
        name="Code of Practice for Statistics, edition 2.0",
        since=date(2018, 2, 1),
        published="February 2018",
        practices=(
            Practice(number="T3.3", duty=_PRODUCTION),
            Practice(number="T3.4", duty=_ELIGIBLE),
            Practice(number="T3.6", duty=_TIME),
        ),
    ),
    Edition(
        name="Code of Practice for Statistics, edition 2.1",
        since=date(2022, 5, 5),
        published="5 May 2022",
        practices=(
            Practice(number="T3.3", duty=_PRODUCTION),
            Practice(number="T3.4", duty=_ELIGIBLE),
            Practice(number="T3.6", duty=_TIME + "; other times may be granted"),
        ),
    ),
    Edition(
        name="Code of Practice for Statistics, edition 3.0",
        since=date(2025, 12, 1),  # published in autumn 2025; by this day it was surely in force
        published="autumn 2025",
        practices=(
            Practice(
                number="3.3", duty="limit access before release, keep the list of who has it, give no public indication"
            ),
            Practice(number="3.4", duty="pre-release access as the law has it"),
        ),
    ),
)


def edition_on(day: date) -> Edition:
    """The edition in force on this day; before the first there is none other to cite."""
    return max((each for each in EDITIONS if each.since <= day), key=lambda each: each.since, default=EDITIONS[0])
