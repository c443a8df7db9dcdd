"""The app as Slack is told of it: what administrators paste, what doctor compares with, and what tests grant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from typing import Any

import yaml

from leakguard.model.errors import Refused

_ORIGIN = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?")
_HEAD = """\
# The LeakGuard app of your organisation, for api.slack.com/apps: "Create New App", "From a manifest". It must be your
# own app: of apps that are handed out, Slack lets nobody read more than a page of history a minute.
# Made by `leakguard slack manifest`. What to do next: docs/slack.md, "Setting it up".
"""


class Transport(StrEnum):
    """How events come to us."""

    SOCKET = "socket"
    HTTP = "http"


def manifest(transport: Transport, origin: str = "", *, consent: bool = False) -> Mapping[str, Any]:
    """origin: of our pages, such as https://review.stats.example. Raises Refused where it is needed and is none."""
    overlays = [name for name, wanted in (("http", transport is Transport.HTTP), ("consent", consent)) if wanted]
    if overlays and not _ORIGIN.fullmatch(origin):
        raise Refused("Slack and people's browsers need an https origin such as https://review.stats.example")
    made = _read("base", origin)
    for each in overlays:
        made = _laid_over(made, _read(each, origin))
    return made


def as_yaml(shape: Mapping[str, Any]) -> str:
    """To be pasted."""
    return _HEAD + yaml.safe_dump(dict(shape), sort_keys=False, width=100, allow_unicode=True)


def scopes(*, consent: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(what our bot is granted, what a person's token is granted)"""
    asked = _laid_over(_read("base", ""), _read("consent", "") if consent else {})["oauth_config"]["scopes"]
    return tuple(asked["bot"]), tuple(asked["user"])


def _read(name: str, origin: str) -> dict[str, Any]:
    text = (files("leakguard.channels.slack.manifest") / f"{name}.yaml").read_text(encoding="utf-8")
    shape: dict[str, Any] = yaml.safe_load(text.replace("$ORIGIN", origin))
    return shape


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lists replace lists, mappings are merged."""
    made = dict(below)
    for key, value in above.items():
        is_inner = isinstance(value, dict) and isinstance(made.get(key), dict)
        made[key] = _laid_over(made[key], value) if is_inner else value
    return made
