"""The named statements of sql/ and the numbered migrations, as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_NUMBERED = re.compile(r"^(\d{4})_\w+\.sql$")
_SQL = files("leakguard.store") / "sql"


def _named(text: str) -> Mapping[str, str]:
    _, *parts = _NAME.split(text)
    names = parts[::2]
    assert len(names) == len(set(names)), "one name, one statement"
    return {name: statement.strip() for name, statement in zip(names, parts[1::2], strict=True)}


def _migrations() -> tuple[tuple[int, str], ...]:
    found = ((_NUMBERED.match(each.name), each) for each in (_SQL / "migrations").iterdir())
    return tuple(sorted((int(match[1]), each.read_text("utf-8")) for match, each in found if match))


_FILES = ("queries.sql", "accounts.sql", "records.sql", "inbox.sql", "vault.sql", "cards.sql")
QUERIES = _named("".join((_SQL / name).read_text("utf-8") for name in _FILES))
MIGRATIONS = _migrations()
