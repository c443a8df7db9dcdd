"""The keys of the settings, as the code has them and as config.example.yaml shows them."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

KEY_LINE = re.compile(r"^(?P<before> *(?:# ?)?) *(?:- )?(?P<key>[a-z][a-z0-9_]*):(?: |$)")


def keys_of(kind: Any, prefix: str = "") -> Iterator[str]:
    """Dotted keys below a settings type: `smtp.listen`; list items and mapping values add nothing."""
    for part in _parts(kind):
        for name, inner in _fields(part):
            yield f"{prefix}{name}"
            yield from keys_of(inner, f"{prefix}{name}.")


def keys_in(value: Any, kind: Any, prefix: str = "") -> Iterator[str]:
    """Dotted keys of parsed YAML; the keys of a plain mapping (`dict[str, ...]`) are the user's, not ours."""
    if isinstance(value, list):
        for item in value:
            yield from keys_in(item, kind, prefix)
    elif isinstance(value, Mapping):
        ours = {name: inner for part in _parts(kind) for name, inner in _fields(part)}
        if not ours and kind is not None:
            return
        for name, inner in value.items():
            yield f"{prefix}{name}"
            yield from keys_in(inner, ours.get(name), f"{prefix}{name}.")


def keys_shown(text: str) -> Iterator[tuple[str, int]]:
    """(dotted key, line) by indentation, live or commented out (`# key: value`): what a reader finds."""
    above: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        found = KEY_LINE.match(line)
        if found is None:
            continue
        column = found.start("key") - (len(found["before"]) - len(found["before"].replace("# ", "").replace("#", "")))
        while above and above[-1][0] >= column:
            above.pop()
        above.append((column, found["key"]))
        yield ".".join(name for _, name in above), number


def _parts(kind: Any) -> Iterator[Any]:
    """The models and dataclasses inside `X | None`, `tuple[X, ...]`, `dict[str, X]`, `Annotated[X, ...]`."""
    if isinstance(kind, type) and (issubclass(kind, BaseModel) or dataclasses.is_dataclass(kind)):
        yield kind
    elif hasattr(kind, "__value__"):  # a `type` alias
        yield from _parts(kind.__value__)
    else:
        for inner in typing.get_args(kind):
            yield from _parts(inner)


def _fields(kind: Any) -> Iterator[tuple[str, Any]]:
    """(key as the file spells it, its type)."""
    if issubclass(kind, BaseModel):
        for name, about in kind.model_fields.items():
            spelled = about.validation_alias or about.alias
            yield (spelled if isinstance(spelled, str) else name), about.annotation
        return
    hints = typing.get_type_hints(kind, include_extras=True)
    for field in dataclasses.fields(kind):
        yield field.name, hints[field.name]
