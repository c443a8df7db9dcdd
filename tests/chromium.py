"""Debian's Chromium for tests: without a GPU that is not there, which drawing would be tried on first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-gpu-rasterization")


def launched(playwright: Any) -> Any:
    """A browser without a window. Close it in the end."""
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(_ARGUMENTS))
