"""Every screen is one that Slack's own models take, at its largest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View

from leakguard.channels.slack.screens import check, compose_post, home
from leakguard.channels.slack.screens.blocks import clipped, options
from leakguard.model.held import State
from leakguard.model.ids import HeldId, ReleaseId
from leakguard.model.message import Channel, Direction
from leakguard.service.items import Item, Need
from tests.unit.service.world import EARLY, JOE, LMS, MINUTE, T, book

LONG = "é<&> " * 2000
MANY = [replace(LMS, id=ReleaseId(f"r{n}"), title=LONG, release_at=T + n * MINUTE) for n in range(150)]
JUST_LIFTED = [replace(LMS, id=ReleaseId(f"p{n}"), title=LONG, release_at=EARLY) for n in range(50)]
ITEM = Item(
    ids=(HeldId("ref1"),),
    sender=JOE,
    direction=Direction.INTERNAL,
    channel=Channel.SLACK,
    first_at=EARLY,
    last_at=EARLY,
    releases=(LMS.id,),
    held=(JOE,),
    states=((State.HELD, 1),),
    lacking=1,
    codes=(),
    rules=(),
    gaps=(),
    confidence=None,
    wake_at=T,
    need=Need.LOOK,
)
SCREENS = {
    "check, empty": check.form("x"),
    "check, answered": check.form(LONG, EARLY, "Europe/London"),
    "post, empty": compose_post.form(MANY[:1], "x", "UTC"),
    "post, answered": compose_post.form(MANY, LONG, "UTC", EARLY),
    "post, kept": compose_post.kept("r" * 64, MANY[0], EARLY),
    "home, empty": home.page(JOE, book(), [], EARLY, zone="UTC", contact="d@x.example"),
    "home, full": home.page(
        JOE,
        book(*MANY, *JUST_LIFTED),
        [ITEM] * 500,
        EARLY,
        zone="UTC",
        contact=LONG,
        connect="https://guard.example/" + "x" * 2000,
    ),
    "home, guest": home.stranger(LONG),
}


@pytest.mark.parametrize("name", SCREENS)
def test_slacks_own_models_find_no_fault_with_it(name: str) -> None:
    shape = SCREENS[name]
    view = View(**shape)
    view.validate_json()
    for block in view.blocks or ():
        _valid(block)

    assert len(view.blocks or ()) == len(shape["blocks"])
    assert view.to_dict()["type"] == shape["type"]


@pytest.mark.parametrize("name", SCREENS)
def test_every_text_is_within_slacks_limits(name: str) -> None:
    assert all(0 < len(each) <= 3000 for each in _texts(SCREENS[name]))


def test_a_fault_would_be_found() -> None:
    with pytest.raises(Exception, match="title must be between"):
        View(**(check.form("x") | {"title": {"type": "plain_text", "text": "x" * 25}})).validate_json()


def test_what_is_too_long_is_cut_where_one_sees_it() -> None:
    assert clipped("x" * 10, 10) == "x" * 10
    assert clipped("x" * 11, 10) == "x" * 9 + "…"
    assert len(options([("v", "l")] * 101)) == 100


def _valid(block: SdkBlock) -> None:
    block.validate_json()
    for part in (*(getattr(block, "elements", None) or ()), getattr(block, "element", None)):
        if hasattr(part, "validate_json"):
            part.validate_json()


def _texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for each in part for text in _texts(each)]
    if isinstance(part, dict):
        found = part.get("text")
        return ([found] if isinstance(found, str) else []) + [text for each in part.values() for text in _texts(each)]
    return []
