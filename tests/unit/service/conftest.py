"""Fixtures of more than one file here."""

from __future__ import annotations

from tests.fakes.wicked import wicked

__all__ = ["wicked"]
