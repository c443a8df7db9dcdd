"""Texts sealed with a key that is not where they are kept, each bound to what it is about: AES-256-GCM.

ref: NIST SP 800-38D (GCM; random nonces of 96 bits)
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from leakguard.model.errors import LeakGuardError, Refused

KEY_BYTES, _NONCE_BYTES = 32, 12
_VERSION = b"\x01"


class Unsealable(LeakGuardError):
    """It was sealed with another key, about something else, or it was changed. Which of them cannot be told."""


class Seal:
    """about: whatever the text belongs to, the same at both ends; a text that is moved elsewhere cannot be opened."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "Seal(...)"

    def close(self, text: str, *about: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), _named(about))

    def open(self, sealed: bytes, *about: str) -> str:
        """Raises Unsealable."""
        version, nonce, rest = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            if version == _VERSION and len(nonce) == _NONCE_BYTES:
                return self._cipher.decrypt(nonce, rest, _named(about)).decode()
        except (InvalidTag, ValueError):
            pass  # outside the handler: no context travels with the error
        raise Unsealable("the key does not fit")


def _named(about: tuple[str, ...]) -> bytes:
    return json.dumps(about).encode()


def new_key() -> str:
    """One line for a file of its own."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def key_of(line: str) -> bytes:
    """Raises Refused, without a word of what was read."""
    try:
        key = base64.b64decode(line.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Refused("this is no key; `leakguard slack key` makes one")
    return key


def as_word(sealed: bytes) -> str:
    """For an address."""
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def of_word(word: str) -> bytes:
    """Raises Unsealable."""
    try:
        return base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        pass
    raise Unsealable("the key does not fit")
