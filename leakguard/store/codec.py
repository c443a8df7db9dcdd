"""Records of the store as text and back: the generic codec, and the closed table of event types. No pickles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from leakguard.model import account_events, consent, events, leak_report
from leakguard.model.errors import StoreUnavailable
from leakguard.model.events import AboutHeld, Act, Event
from leakguard.notation import codec
from leakguard.notation.codec import column, dumps, loads_body, text_of, time_of, time_or_none, time_text, values_of

T = TypeVar("T")

EVENTS: Mapping[str, type[Event]] = {
    name: each
    for module in (events, account_events, consent, leak_report)
    for name, each in vars(module).items()
    if isinstance(each, type) and issubclass(each, Event) and each not in (Event, AboutHeld, Act)
}


def loads(kind: type[T], text: str) -> T:
    """The value of this type. Raises StoreUnavailable when the text does not hold one."""
    try:
        return codec.loads(kind, text)
    except codec.Unreadable:
        pass  # outside the handler: no context travels with the error
    raise StoreUnavailable("a stored record cannot be read by this version of LeakGuard")


def event_of(kind: str, text: str) -> Event:
    """The event of this type name. Raises StoreUnavailable for one that this version does not know."""
    if kind not in EVENTS:
        raise StoreUnavailable("a stored event cannot be read by this version of LeakGuard")
    return loads(EVENTS[kind], text)


__all__ = [
    "EVENTS",
    "column",
    "dumps",
    "event_of",
    "loads",
    "loads_body",
    "text_of",
    "time_of",
    "time_or_none",
    "time_text",
    "values_of",
]
