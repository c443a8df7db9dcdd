"""Codes of a second factor, as telephones make them.

ref: RFC 6238 (TOTP: SHA-1, six digits, 30 s), RFC 4648 section 6 (base 32)
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS, DIGITS = 30, 6
_NOT_DIGITS = re.compile(r"[\s-]")


def new_secret() -> bytes:
    return secrets.token_bytes(20)


def as_text(secret: bytes) -> str:
    """For typing: groups of four letters and digits."""
    plain = base64.b32encode(secret).decode()
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def secret_of(text: str) -> bytes | None:
    """The secret of such a text; None when it is none of ours."""
    try:
        secret = base64.b32decode(_NOT_DIGITS.sub("", text), casefold=True)
    except ValueError:
        return None
    return secret if len(secret) == 20 else None


def link(secret: bytes, handle: str) -> str:
    """What an authenticator opens."""
    values = urlencode({"secret": base64.b32encode(secret).decode(), "issuer": "LeakGuard"})
    return f"otpauth://totp/LeakGuard:{quote(handle)}?{values}"


def step_of(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """The time step that this code is of: the present one or a neighbour, and later than `after`; else None.

    Every candidate is compared, so that the time taken says nothing.
    """
    given = _NOT_DIGITS.sub("", code).encode("utf-8", "replace")
    present = int(now.timestamp()) // STEP_SECONDS
    steps = (present - 1, present, present + 1)
    fits = [step for step in steps if hmac.compare_digest(_code(secret, step), given) and step > after]
    return fits[0] if fits else None


def _code(secret: bytes, step: int) -> bytes:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS).generate(step * STEP_SECONDS)  # noqa: S303 - as the RFC has it
