"""One module a page or a small family of them; each names its routes in `PAGES`, with the permission of each."""

from __future__ import annotations

from importlib import import_module

from leakguard.web.visit import Page

MODULES = (
    "home",
    "sign_in",
    "sign_in_oidc",
    "account",
    "accounts",
    "slack",
    "triage",
    "item",
    "frame",
    "board",
    "records",
    "check",
    "pictures",
    "access",
    "incidents",
)


def all_pages() -> tuple[Page, ...]:
    """Every page there is; a module that is not in MODULES is not served."""
    found = (import_module(f"{__name__}.{name}").PAGES for name in MODULES)
    return tuple(page for pages in found for page in pages)
