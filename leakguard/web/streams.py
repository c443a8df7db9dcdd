"""How many streams of changes are open at once, for each person and in all: each of them is a connection that stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Streams:
    """most_of_one: tabs of one person. most: of everybody."""

    most_of_one: int = 12
    most: int = 200
    _open: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def place(self, handle: str) -> Iterator[bool]:
        """Whether there is a place for one more of this person; it is theirs until they leave."""
        if self._open[handle] >= self.most_of_one or self._open.total() >= self.most:
            yield False
            return
        self._open[handle] += 1
        try:
            yield True
        finally:
            self._open[handle] -= 1
            if not self._open[handle]:
                del self._open[handle]
