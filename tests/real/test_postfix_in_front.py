"""A real Postfix hands its mail to LeakGuard: by relayhost, as before-queue filter, and as content_filter.

ref: Postfix XFORWARD_README
"""

from __future__ import annotations

import smtplib
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.relay import CLEARED, PRODUCER, Relay
from tests.real.postfix import Dump, Postfix, SmtpSink, wait_until, why_not

pytestmark = pytest.mark.real

BEHIND_XFORWARD = {"xforward_from": ["127.0.0.0/8"]}
GONE = "{{amy@news.example=550 5.1.1 gone for good}}"
CLEAN = b"\r\n".join(
    (
        b"From: joe@dept.example",
        b"To: amy@news.example",
        b"Date: Fri, 20 Nov 2026 09:00:00 +0000",
        b"Message-ID: <1@dept.example>",
        b"Subject:  two  spaces,\t a tab and =?utf-8?q?=C3=A9?=",
        b"X-Odd:folded",
        b"  here",
        b"",
        b"Tea at four.   ",
        b".a dot at the start",
        b"..two",
        b"",
        b"caf\xc3\xa9",
        b"",
        b"",
    )
)
SECRET = CLEAN.replace(b"Tea at four.", b"Unemployment rose.").replace(b"<1@", b"<2@")


@pytest.fixture(autouse=True)
def needs_postfix() -> None:
    reason = why_not()
    if reason is not None:
        pytest.skip(f"REAL-POSTFIX TESTS DO NOT RUN: {reason}")


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


def in_seconds(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def lines_below_received(dump: Dump, ours: bytes = b"(LeakGuard)") -> bytes:
    """What is under our Received line, which must be one."""
    _, found, below = dump.content.partition(ours)
    assert found, "LeakGuard's Received line is there"
    assert ours not in below, "and only once"
    lines = below.split(b"\n")
    folded = next(at for at, line in enumerate(lines[1:], 1) if not line.startswith((b"\t", b" ")))
    return b"\n".join(lines[folded:])


def messages(dumps: list[Dump]) -> list[Dump]:
    """Without the notices."""
    return [each for each in dumps if not each.mail_args.startswith("<>")]


def wait_for_messages(sink: SmtpSink, count: int) -> list[Dump]:
    wait_until(f"{count} messages at the sink", lambda: len(messages(sink.dumps())) >= count)
    found = messages(sink.dumps())
    assert len(found) == count
    return found


def sleep_until(when: datetime) -> None:
    time.sleep(max(0.0, (when - datetime.now(UTC)).total_seconds()))


def reached(sink: SmtpSink, words: bytes) -> bool:
    return any(words in each.content for each in messages(sink.dumps()))


@pytest.fixture(params=["relayhost", "before-queue filter", "content_filter"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_clean_mail_passes_unchanged_and_held_mail_waits_for_its_lift(
    mode: str, sink: SmtpSink, tmp_path: Path
) -> None:
    lift_at = in_seconds(20)
    with (
        Postfix(relayhost=sink.port, reinjection=True) as behind,
        Relay(
            folder=tmp_path, next_hop=behind.reinjection_port or 0, lift_at=lift_at, listener=BEHIND_XFORWARD
        ) as relay,
        front_of(mode, relay) as front,
    ):
        relay.wait()
        front.send("joe@dept.example", ["amy@news.example"], CLEAN)
        front.send("joe@dept.example", ["amy@news.example"], SECRET)
        front.wait_until_empty()
        [clean] = wait_for_messages(sink, 1)
        wait_until("it is held", lambda: "jobs" in relay.command("held", "list").lower())
        behind.wait_until_empty()
        assert datetime.now(UTC) < lift_at, "this machine is too slow for this test"
        assert not reached(sink, b"Unemployment")
        sleep_until(lift_at)
        held = next(each for each in wait_for_messages(sink, 2) if b"Unemployment" in each.content)
        ended_at = datetime.now(UTC)

    assert lines_below_received(clean).endswith(CLEAN.replace(b"\r\n", b"\n"))
    assert lines_below_received(held).endswith(SECRET.replace(b"\r\n", b"\n"))
    assert held.mail_args.startswith("<joe@dept.example>")
    assert (ended_at - lift_at).total_seconds() < 5


def test_a_split_gives_the_eligible_theirs_at_once(mode: str, sink: SmtpSink, tmp_path: Path) -> None:
    with (
        Postfix(relayhost=sink.port, reinjection=True) as behind,
        Relay(
            folder=tmp_path, next_hop=behind.reinjection_port or 0, lift_at=in_seconds(3600), listener=BEHIND_XFORWARD
        ) as relay,
        front_of(mode, relay) as front,
    ):
        relay.wait()
        secret = SECRET.replace(b"From: joe@dept.example", f"From: {PRODUCER}".encode())
        front.send(PRODUCER, [CLEARED, "amy@news.example"], secret)
        front.wait_until_empty()
        dumps = wait_for_messages(sink, 1)

    assert [args.split()[0] for args in dumps[0].rcpt_args] == [f"<{CLEARED}>"]


def test_the_log_and_the_next_hop_know_the_real_client(sink: SmtpSink, tmp_path: Path) -> None:
    with (
        Postfix(relayhost=sink.port, reinjection=True) as behind,
        Relay(
            folder=tmp_path, next_hop=behind.reinjection_port or 0, lift_at=in_seconds(3600), listener=BEHIND_XFORWARD
        ) as relay,
        front_of("before-queue filter", relay) as front,
    ):
        relay.wait()
        with smtplib.SMTP("127.0.0.1", front.smtp_port, local_hostname="desk7.dept.example") as client:
            client.sendmail("joe@dept.example", ["amy@news.example"], CLEAN)
        [clean] = wait_for_messages(sink, 1)

    assert b"Received: from desk7.dept.example" in clean.content


def test_the_next_hops_refusal_reaches_the_client_through_the_filter_word_for_word(tmp_path: Path) -> None:
    with (
        Postfix(
            settings={"smtpd_recipient_restrictions": f"check_recipient_access inline:{GONE}"},
            reinjection=True,
        ) as behind,
        Relay(folder=tmp_path, next_hop=behind.smtp_port, lift_at=in_seconds(3600)) as relay,
        front_of("before-queue filter", relay) as front,
    ):
        relay.wait()
        direct, filtered = (_refusal(port) for port in (behind.smtp_port, front.smtp_port))

    assert direct == filtered
    assert direct[0] // 100 == 5


def test_while_the_relay_is_away_the_front_keeps_the_mail_and_nothing_passes_by(sink: SmtpSink, tmp_path: Path) -> None:
    with Postfix(relayhost=sink.port, reinjection=True) as behind:
        relay = Relay(folder=tmp_path, next_hop=behind.reinjection_port or 0, lift_at=in_seconds(3600))
        with Postfix(relayhost=relay.port) as front:
            front.send("joe@dept.example", ["amy@news.example"], CLEAN)
            time.sleep(1)
            waiting = front.queue_count(), len(sink.dumps())
            with relay:
                relay.wait()
                front.flush()
                wait_for_messages(sink, 1)

    assert waiting == (1, 0)


def _refusal(port: int) -> tuple[int, bytes]:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        client.mail("joe@dept.example")
        return client.rcpt("amy@news.example")


def front_of(mode: str, relay: Relay) -> Postfix:
    match mode:
        case "relayhost":
            return Postfix(relayhost=relay.port)
        case "before-queue filter":
            return Postfix(smtpd_proxy_filter=relay.port)
        case _:
            return Postfix(
                settings={
                    "content_filter": f"smtp:[127.0.0.1]:{relay.port}",
                    "smtp_send_xforward_command": "yes",
                    "defer_transports": "",
                }
            )
