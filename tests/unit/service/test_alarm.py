"""The alarm of a child's reading: time that a library hides from us is a gap all the same."""

from __future__ import annotations

import time

import pytest

from leakguard.extract import OutOfTime
from leakguard.workers.child import _Alarm


def test_an_alarm_that_a_library_dropped_is_told_at_the_end() -> None:
    with pytest.raises(OutOfTime), _Alarm(0.05):
        try:
            end = time.monotonic() + 5
            while time.monotonic() < end:
                pass
        except BaseException:  # as bindings do with what comes out of a callback
            pass


def test_an_alarm_that_did_not_ring_says_nothing() -> None:
    with _Alarm(60):
        pass
