"""Passwords and codes by themselves: what is good enough, real hashes, and the codes that telephones show."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime

import pytest

from leakguard.model.errors import TooManyTries
from leakguard.service import passwords, totp
from leakguard.service.passwords import Argon2Passwords, weakness

HANDLE, NAME = "rae.viewer@stats.example", "Rae Viewer"


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "abcdefghijkl",
        "            five5",
        "пароль из слов",
        "rae viewer likes long walks",
        "x" * 5 + "abcd" + "y" * 247,
    ],
)
def test_long_enough_is_good_enough(password: str) -> None:
    assert weakness(password, HANDLE, NAME) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "too short"),
        ("abcdefghijk", "too short"),
        ("Viewer-abcdef", "too short"),
        ("rae.viewer@stats.example", "too short"),
        ("RAE.VIEWER@STATS.EXAMPLE!!", "too short"),
        ("LeakGuardLeakGuard", "too short"),
        ("aaaaaaaaaaaaaaa", "repeats"),
        ("abababababababab", "repeats"),
        ("abcde" * 52, "too long"),
    ],
)
def test_what_is_short_or_known_or_repeated_is_not(password: str, why: str) -> None:
    sentence = weakness(password, HANDLE, NAME)

    assert why in sentence
    assert not password or password not in sentence


def test_a_hash_fits_its_password_and_no_other() -> None:
    async def story() -> None:
        hasher = Argon2Passwords()
        phc = await hasher.hashed("correct horse battery")

        assert phc.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert phc != await hasher.hashed("correct horse battery")
        assert await hasher.fits("correct horse battery", phc)
        assert not await hasher.fits("correct horse batterz", phc)
        assert not await hasher.fits("correct horse battery", "damaged")

    asyncio.run(story())


def test_what_looks_the_same_is_the_same_password() -> None:
    async def story() -> None:
        hasher = Argon2Passwords()

        assert await hasher.fits(
            "caf\u00e9 caf\u00e9 caf\u00e9", await hasher.hashed("cafe\u0301 cafe\u0301 cafe\u0301")
        )

    asyncio.run(story())


def test_without_a_password_the_same_work_is_done_and_nothing_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    derived = []
    real = passwords.Argon2id.verify_phc_encoded

    class Counting:
        @staticmethod
        def verify_phc_encoded(octets: bytes, phc: str) -> None:
            derived.append(phc.rsplit("$", 2)[0])
            real(octets, phc)

    async def story() -> None:
        hasher = Argon2Passwords()
        phc = await hasher.hashed("correct horse battery")
        monkeypatch.setattr(passwords, "Argon2id", Counting)

        assert not await hasher.fits("wrong wrong wrong", phc)
        assert not await hasher.fits("wrong wrong wrong", None)

    asyncio.run(story())
    assert derived == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2


def test_hashing_leaves_the_loop_alone_and_takes_two_threads_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, inside, threads = threading.Event(), [], set()

    def slow(password: str) -> str:
        threads.add(threading.current_thread().name)
        inside.append(1)
        assert gate.wait(5)
        return ""

    monkeypatch.setattr(passwords, "_hash", slow)

    async def story() -> list[object]:
        hasher = Argon2Passwords()
        work = [asyncio.ensure_future(hasher.hashed(str(n))) for n in range(30)]
        async with asyncio.timeout(5):
            while len(inside) < 2:  # noqa: ASYNC110 - there is nothing to wait for but the fact
                await asyncio.sleep(0.001)
        gate.set()
        return await asyncio.gather(*work, return_exceptions=True)

    answers = asyncio.run(story())

    assert sum(isinstance(each, TooManyTries) for each in answers) == 10
    assert len(threads) == 2
    assert threading.main_thread().name not in threads


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    """RFC 6238 appendix B, its last six digits."""
    now = datetime.fromtimestamp(seconds, UTC)

    assert totp.step_of(b"12345678901234567890", code, now, after=0) == seconds // 30
    assert totp.step_of(b"12345678901234567890", code, now, after=seconds // 30) is None


@pytest.mark.parametrize("code", ["", "28708", "2870820", "ⅱ87082", "28708\udcff", "287083"])
def test_what_is_no_code_fits_nothing(code: str) -> None:
    assert totp.step_of(b"12345678901234567890", code, datetime.fromtimestamp(59, UTC), after=0) is None


def test_a_secret_can_be_typed_and_opened() -> None:
    secret = totp.new_secret()

    assert totp.secret_of(totp.as_text(secret)) == secret
    assert totp.secret_of(totp.as_text(secret).lower().replace(" ", "")) == secret
    assert totp.secret_of("not a secret") is None
    assert totp.secret_of("") is None
    link = totp.link(b"12345678901234567890", "rae+x@stats.example")
    assert link == (
        "otpauth://totp/LeakGuard:rae%2Bx%40stats.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=LeakGuard"
    )
