"""Words that people disguise are read as meant: a sample here, all of them in `make soak`. Measured: README.md."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from tests.evasion.judging import Result, judge, tries
from tests.evasion.measure import rows, summary
from tests.evasion.techniques import TECHNIQUES

ASKED = [each for each in TECHNIQUES.values() if not each.not_asked]


def test_the_list_is_long_and_every_technique_changes_something() -> None:
    assert len(ASKED) >= 90
    assert [each.name for each in ASKED if next(tries(each), None) is None] == []


def test_most_disguises_are_read_in_a_sample() -> None:
    sample = [one for number, each in enumerate(ASKED[::5]) for one in islice(tries(each), number % 4, None, 8)]
    count = Counter(map(judge, sample))

    assert count[Result.CAUGHT] / len(sample) >= 0.93


@pytest.mark.soak
def test_most_disguises_are_read() -> None:
    found = list(rows())
    total = sum((count for technique, count, _ in found if not technique.not_asked), Counter[Result]())

    print("\n" + summary(found))
    assert total[Result.CAUGHT] / sum(total.values()) >= 0.95
    assert not total[Result.WRONG]
