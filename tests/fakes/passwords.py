"""Passwords for tests: no work, and a count of the comparisons."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass
class PlainPasswords:
    """compared: what was compared with what, in order. meanwhile: run in the middle of the next comparison."""

    compared: list[tuple[str, str | None]] = field(default_factory=list)
    meanwhile: object = None

    async def hashed(self, password: str) -> str:
        return f"plain:{password}"

    async def fits(self, password: str, phc: str | None) -> bool:
        self.compared.append((password, phc))
        await asyncio.sleep(0)
        work, self.meanwhile = self.meanwhile, None
        if work is not None:
            await work()  # type: ignore[operator]
        return phc == f"plain:{password}"
