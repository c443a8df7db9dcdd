"""The HTTP API: the same use cases as the pages, for programs that carry a token of somebody. See docs/api.md."""

from __future__ import annotations

from leakguard.web.api.application import ENDPOINTS, PREFIX, api, mounted

__all__ = ["ENDPOINTS", "PREFIX", "api", "mounted"]
