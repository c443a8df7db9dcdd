"""Passwords: which are good enough, and their hashes by Argon2id in threads of their own.

ref: RFC 9106 (Argon2), OWASP ASVS 5.0 V6.2 (passwords: length, no rules of composition)
"""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple, Unpack

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from leakguard.model.errors import TooManyTries

SHORTEST, LONGEST, FEWEST_CHARACTERS = 12, 256, 5
RULES = (
    f"At least {SHORTEST} characters, not counting your name, your address or the word LeakGuard. "
    f"At most {LONGEST}, with at least {FEWEST_CHARACTERS} different ones. Blanks and every letter are allowed; "
    "nothing else is asked."
)
_MEMORY_KIB, _ROUNDS, _LANES = 19 * 1024, 2, 1
_THREADS, _MOST_WAITING = 2, 20  # each takes 19 MiB and some 0.1 s of a processor that the relay needs too
_WORD = re.compile(r"\w{3,}")
_NOBODYS = "$argon2id$v=19$m={},t={},p={}${}${}".format(  # what is compared where there is no password, as slowly
    _MEMORY_KIB, _ROUNDS, _LANES, *(base64.b64encode(b"-" * size).decode().rstrip("=") for size in (16, 32))
)
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


def weakness(password: str, handle: str, name: str) -> str | None:
    """Why it will not do, as a sentence; None when it will."""
    plain = _plain(password).casefold()
    if len(plain) > LONGEST:
        return f"That is too long. At most {LONGEST} characters."
    for word in sorted(_WORD.findall(_plain(f"{handle} {name} leakguard").casefold()), key=len, reverse=True):
        plain = plain.replace(word, "")
    if len(plain) < SHORTEST:
        return (
            f"That is too short. At least {SHORTEST} characters, not counting your name, your address or the word "
            "LeakGuard."
        )
    if len(set(plain)) < FEWEST_CHARACTERS:
        return f"That repeats too much. At least {FEWEST_CHARACTERS} different characters."
    return None


def _plain(password: str) -> str:
    """One form for what looks the same, whichever keyboard it came from."""
    return unicodedata.normalize("NFKC", password)


class Argon2Passwords:
    """19 MiB, 2 rounds, 1 lane. Never in the loop, and never more than two at once."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="leakguard-passwords")
        self._waiting = 0

    async def hashed(self, password: str) -> str:
        return await self._apart(_hash, password)

    async def fits(self, password: str, phc: str | None) -> bool:
        fits = await self._apart(_fits, password, phc or _NOBODYS)
        return fits and phc is not None

    async def _apart(self, work: Callable[[Unpack[Ts]], T], *values: *Ts) -> T:
        if self._waiting >= _MOST_WAITING:
            raise TooManyTries(1)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *values)
        finally:
            self._waiting -= 1


def _hash(password: str) -> str:
    kdf = Argon2id(salt=secrets.token_bytes(16), length=32, iterations=_ROUNDS, lanes=_LANES, memory_cost=_MEMORY_KIB)
    return kdf.derive_phc_encoded(_octets(password))


def _fits(password: str, phc: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(_octets(password), phc)
    except InvalidKey:
        return False
    return True


def _octets(password: str) -> bytes:
    return _plain(password)[: LONGEST + 1].encode("utf-8", "surrogatepass")
