"""Tests of accounts are coroutines, as those of the pages are."""

from __future__ import annotations

import pytest

from tests.unit.accounts.people import People
from tests.web.conftest import pytest_pyfunc_call


@pytest.fixture
def people() -> People:
    return People()


__all__ = ["people", "pytest_pyfunc_call"]
