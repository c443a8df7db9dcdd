"""How often somebody may try to sign in: a few tries at once, then waits that double.

In memory on purpose: strangers' guesses must not make the file write that holds mail. A restart forgets, which nobody
outside can bring about; of several nodes each counts for itself, so that n nodes allow n times as many.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from leakguard.model.errors import TooManyTries

FREE_OF_ACCOUNT, FREE_OF_CLIENT = 5, 20  # tries before the first wait; with that wait also the most in a minute
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 60.0, 900.0
FORGOTTEN_AFTER_SECONDS = 3600.0
MOST_KEYS = 20_000


@dataclass(frozen=True, slots=True)
class _Tries:
    count: int
    last: float
    until: float


@dataclass(slots=True)
class Throttle:
    """seconds: a monotonic count.

    A try is counted before anything is looked at, so that many at once are no way around it. A client from which an
    account signed in has a count of its own for that account: a stranger who guesses cannot lock its owner out.
    """

    seconds: Callable[[], float]
    _tries: dict[str, _Tries] = field(default_factory=dict)
    _known: dict[str, float] = field(default_factory=dict)

    def count(self, handle: str, client: str) -> None:
        """Raises TooManyTries; then nothing was counted."""
        keys = {self._of_account(handle, client): FREE_OF_ACCOUNT, _of_client(client): FREE_OF_CLIENT}
        now = self.seconds()
        wait = max(self._tries[key].until - now if key in self._tries else 0.0 for key in keys)
        if wait > 0:
            raise TooManyTries(int(wait) + 1)
        for key, free in keys.items():
            self._add(key, free, now)

    def succeeded(self, handle: str, client: str) -> None:
        """It was them after all: nothing against the account, and one try less against the client."""
        self._tries.pop(self._of_account(handle, client), None)
        of_client = _of_client(client)
        if found := self._tries.get(of_client):
            self._tries[of_client] = replace(found, count=found.count - 1, until=0.0)
        self._known[_pair(handle, client)] = self.seconds()
        _trim(self._known, lambda key: self._known[key])

    def _of_account(self, handle: str, client: str) -> str:
        pair = _pair(handle, client)
        return pair if pair in self._known else f"account {handle}"

    def _add(self, key: str, free: int, now: float) -> None:
        before = self._tries.get(key)
        count = before.count + 1 if before and now - before.last < FORGOTTEN_AFTER_SECONDS else 1
        beyond = count - free
        wait = min(FIRST_WAIT_SECONDS * 2 ** min(beyond, 10), LONGEST_WAIT_SECONDS) if beyond >= 0 else 0.0
        self._tries[key] = _Tries(count, now, now + wait)
        _trim(self._tries, lambda key: self._tries[key].last)


def _trim(known: dict[str, _Tries] | dict[str, float], age: Callable[[str], float]) -> None:
    """Forget the older half, so that a flood of invented handles takes no memory."""
    if len(known) > MOST_KEYS:
        for key in sorted(known, key=age)[: MOST_KEYS // 2]:
            del known[key]


def _pair(handle: str, client: str) -> str:
    return f"account {handle} from {network(client)}"


def _of_client(client: str) -> str:
    return f"client {network(client)}"


def network(client: str) -> str:
    """What one somebody has: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
