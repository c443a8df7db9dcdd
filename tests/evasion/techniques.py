"""The whole table: importing this module fills it."""

from __future__ import annotations

from tests.evasion import mails, pages, plain, slips, turns
from tests.evasion.technique import TECHNIQUES, Given, Technique

__all__ = ["TECHNIQUES", "Given", "Technique"]

_FILLED_BY = (plain, slips, turns, pages, mails)
