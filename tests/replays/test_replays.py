"""The founding incidents, and their mirror images: whole messages through real SMTP with a set clock."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.replays.runner import Day, days


@pytest.mark.parametrize(
    ("folder", "case"), [pytest.param(folder, case, id=f"{folder.name}: {case['name']}") for folder, case in days()]
)
def test_the_day_goes_as_it_should_have(folder: Path, case: dict[str, Any], tmp_path: Path) -> None:
    asyncio.run(Day(folder, case, tmp_path).play())
