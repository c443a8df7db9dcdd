"""Records as JSON values and back, each by its declared type, from a closed table: no pickles.

Rule of this file: what does not fit the declared type is refused, never guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, NoReturn, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from leakguard.model.errors import LeakGuardError

T = TypeVar("T")
_Read = Callable[[Any], Any]
_ESCAPE = re.compile(r"\\(\\|u[0-9a-f]{4})")


class Unreadable(LeakGuardError):
    """A written record does not hold what its type declares. The text quotes nothing of it."""


def time_text(time: datetime) -> str:
    """UTC, microseconds, always 32 characters: text order is time order."""
    assert time.tzinfo is not None, "times know their zone"
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def time_or_none(time: datetime | None) -> str | None:
    return None if time is None else time_text(time)


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def column(text: str) -> str:
    r"""Any str as text that every database takes: octets that are no UTF-8 and NUL are written `\udc80`, `\u0000`.

    Addresses are read with surrogateescape, and must leave as they came.
    """
    text = text.replace("\\", "\\\\").replace("\0", "\\u0000")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def text_of(column: str) -> str:
    if "\\" not in column:
        return column
    return _ESCAPE.sub(lambda match: "\\" if match[1] == "\\" else chr(int(match[1][1:], 16)), column)


def values_of(record: object) -> dict[str, object]:
    """The fields of a record as JSON values."""
    kind: Any = type(record)
    return {name: _value(getattr(record, name)) for name in _names(kind)}


def dumps(value: object) -> str:
    return json.dumps(_value(value), separators=(",", ":"))


def loads_body(text: str) -> dict[str, object]:
    """The JSON values of a record's fields, whatever their type."""
    return cast(dict[str, object], json.loads(text))


def loads(kind: type[T], text: str) -> T:
    """The value of this type. Raises Unreadable when the text does not hold one."""
    hint: Any = kind
    try:
        return cast(T, _reader(hint)(json.loads(text)))
    except (KeyError, TypeError, ValueError, AssertionError):
        pass  # outside the handler: the text of these errors may quote a record
    raise Unreadable("a written record cannot be read by this version of LeakGuard")


@cache
def _names(kind: type) -> tuple[str, ...]:
    if not is_dataclass(kind):
        raise TypeError(f"{kind.__name__} has no written form")
    return tuple(each.name for each in fields(kind))


def _value(value: object) -> object:
    match value:
        case StrEnum():
            return value.value
        case None | str() | int():
            return value
        case datetime():
            return time_text(value)
        case tuple():
            return [_value(each) for each in value]
        case frozenset():
            return sorted(value)
        case _:
            return values_of(value)


@cache
def _reader(hint: Any) -> _Read:
    """What turns a JSON value into a value of this type."""
    hint = getattr(hint, "__supertype__", hint)
    if hint is datetime:
        return time_of
    if hint in (str, int, bool):
        return _plain(hint)
    if get_origin(hint) is not None:
        return _generic(get_origin(hint), get_args(hint))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    return _record(hint)


def _plain(kind: type) -> _Read:
    def read(value: object) -> object:
        return value if type(value) is kind else _refuse()

    return read


def _generic(origin: Any, args: tuple[Any, ...]) -> _Read:
    item = _reader(args[0])
    if origin in (tuple, frozenset):

        def read_all(value: object) -> object:
            return origin(item(each) for each in value) if isinstance(value, list) else _refuse()

        return read_all
    assert origin in (Union, UnionType) and args[1:] == (type(None),), "only X | None can be written"
    return lambda value: None if value is None else item(value)


def _record(kind: type) -> _Read:
    known = frozenset(_names(kind))
    hints = get_type_hints(kind)
    readers = {name: _reader(hints[name]) for name in known}

    def read(value: object) -> object:
        if not isinstance(value, dict):
            _refuse()
        return kind(**{name: readers[name](each) for name, each in value.items()})

    return read


def _refuse() -> NoReturn:
    raise TypeError("not of the declared type")
