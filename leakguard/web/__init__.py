"""Review pages and HTTP API over the use cases. Translates to and from them, and decides nothing."""

from __future__ import annotations

from leakguard.web.house import Doorkeeper, House, Visitor
from leakguard.web.site import site

__all__ = ["Doorkeeper", "House", "Visitor", "site"]
