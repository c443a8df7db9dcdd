"""Exact bytes and their verdict -> what a reviewer is shown. Pure; harmless whatever the bytes are."""

from __future__ import annotations

from leakguard.preview.evidence import without_message
from leakguard.preview.frame import frame
from leakguard.preview.overview import preview
from leakguard.preview.sanitise import is_harmless

__all__ = ["frame", "is_harmless", "preview", "without_message"]
