"""The real-Postfix harness itself: what goes in at a private Postfix comes out at its sink."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest

from tests.real.postfix import LOOPBACK, Postfix, SmtpSink, smtp_source, why_not

pytestmark = pytest.mark.real

MESSAGE = b"\r\n".join(
    (
        b"From: a@example.org",
        b"To: b@example.net",
        b"Date: Fri, 20 Nov 2026 09:00:00 +0000",
        b"Message-ID: <1@example.org>",
        b"Subject: minutes",
        b"",
        b"Line one.",
        b".dot at the start",
        b"",
    )
)


@pytest.fixture(autouse=True)
def needs_postfix() -> None:
    reason = why_not()
    if reason is not None:
        pytest.skip(f"REAL-POSTFIX TESTS DO NOT RUN: {reason}")


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


def test_a_mail_goes_through_postfix_to_the_sink(sink: SmtpSink) -> None:
    with Postfix(relayhost=sink.port) as mta:
        mta.send("a@example.org", ["b@example.net", "c@example.net"], MESSAGE)
        [dump] = sink.wait_for(1)
        mta.wait_until_empty()
        log = mta.log()

    assert dump.mail_args.startswith("<a@example.org>")
    assert [args.split()[0] for args in dump.rcpt_args] == ["<b@example.net>", "<c@example.net>"]
    assert dump.content.endswith(MESSAGE.replace(b"\r\n", b"\n"))
    assert "status=sent" in log


def test_what_the_sink_refuses_now_stays_in_the_queue_until_it_is_taken() -> None:
    with SmtpSink(options=("-r", "data")) as refusing, Postfix(relayhost=refusing.port) as mta:
        mta.send("a@example.org", ["b@example.net"], MESSAGE)
        with pytest.raises(TimeoutError):
            refusing.wait_for(1, seconds=1)
        waiting = mta.queue_count()
        refusing.stop()
        with SmtpSink(port=refusing.port) as taking:
            mta.flush()
            taking.wait_for(1)
            mta.wait_until_empty()

    assert waiting == 1


def test_a_before_queue_filter_gives_mail_back_at_the_reinjection_listener(sink: SmtpSink) -> None:
    with (
        Postfix(relayhost=sink.port, reinjection=True) as behind,
        Postfix(smtpd_proxy_filter=behind.reinjection_port) as front,
    ):
        front.send("a@example.org", ["b@example.net"], MESSAGE)
        [dump] = sink.wait_for(1)

        assert front.queue_count() == 0
        assert dump.content.endswith(b"Line one.\n.dot at the start\n")
        assert "postfix/reinjection" in behind.log()


def test_without_a_filter_to_ask_the_front_door_takes_nothing() -> None:
    with Postfix(smtpd_proxy_filter=1) as front:
        with smtplib.SMTP(LOOPBACK, front.smtp_port, timeout=30) as client:
            client.ehlo()
            code, _ = client.mail("a@example.org")
            if code == 250:
                code, _ = client.rcpt("b@example.net")
        queued = front.queue_count()

    assert code // 100 == 4
    assert queued == 0


def test_every_message_of_the_load_generator_arrives(sink: SmtpSink) -> None:
    with Postfix(relayhost=sink.port) as mta:
        smtp_source(mta.smtp_port, messages=50, sessions=5, size=4096)
        dumps = sink.wait_for(50)

    assert {dump.mail_args.split()[0] for dump in dumps} == {"<load@example.org>"}
