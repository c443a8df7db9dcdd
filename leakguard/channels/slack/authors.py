"""Tokens of people who agreed, as they are asked for when a post of theirs must go, or is to come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from leakguard.service.consents import Consents

# What Slack says of a token that will never work again.
DEAD = frozenset({"token_revoked", "account_inactive", "invalid_auth"})


class Authors(Protocol):
    """Of one workspace. Every method raises StoreUnavailable."""

    async def token(self, person: str) -> str:
        """ "" when they did not agree. Raises TokenNotReady: there is one, and not at this moment."""
        ...

    async def refused(self, person: str, token: str) -> None:
        """Slack does not take it any more."""
        ...

    async def revoked(self, person: str) -> None:
        """They took it back in Slack, if they had agreed."""
        ...


class NobodyAgreed:
    """Where nobody can agree."""

    async def token(self, person: str) -> str:
        return ""

    async def refused(self, person: str, token: str) -> None:
        return None

    async def revoked(self, person: str) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Agreed:
    consents: Consents = field(repr=False)
    team: str

    async def token(self, person: str) -> str:
        return await self.consents.token(self.team, person) if person else ""

    async def refused(self, person: str, token: str) -> None:
        await self.consents.refused(self.team, person, token)

    async def revoked(self, person: str) -> None:
        await self.consents.revoked(self.team, person)
