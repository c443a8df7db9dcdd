"""What a busy machine takes from a process is no slow pattern: a short message must not be held for it."""

from __future__ import annotations

import itertools
import time

import pytest

from leakguard.detect import compile_rules
from leakguard.extract import Limits
from leakguard.inspection import inspect
from leakguard.model.compose import compose
from leakguard.model.message import Channel, Direction
from leakguard.model.rule import Has, Regex
from tests.builders import rule


def test_time_that_passes_while_others_work_makes_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count(step=10.0)
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))
    detector = compile_rules([rule({"a": Regex(pattern="alph[ab]")}, Has("a"), id="one")])
    content = compose("", "alpha" + " and" * 50 + " alpha")

    verdict = inspect(
        content,
        detector=detector,
        digest="digest",
        limits=Limits(),
        direction=Direction.OUTBOUND,
        channel=Channel.EMAIL,
    )

    assert verdict.findings
    assert verdict.gaps == ()
