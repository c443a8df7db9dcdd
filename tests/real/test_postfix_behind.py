"""A real Postfix as next hop: its replies are ours, its parameters work, and nobody relays through us unasked."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.relay import Relay
from tests.real.postfix import Postfix, SmtpSink, smtp_source, wait_until, why_not

pytestmark = pytest.mark.real

LATER = timedelta(hours=1)
MAIL = b"From: joe@dept.example\r\nSubject: tea\r\n\r\nTea at four.\r\n"
RESTRICTIONS = (
    "check_recipient_access inline:{"
    "{gone@news.example=550 5.1.1 <gone> left in 2019; write to her successor},"
    "{busy@news.example=450 4.2.0 <busy> is at lunch},"
    "{plain@news.example=REJECT}}"
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


def relay_to(port: int, folder: Path) -> Relay:
    return Relay(folder=folder, next_hop=port, lift_at=datetime.now(UTC) + LATER)


def talk(port: int, lines: list[bytes]) -> list[bytes]:
    """Raw lines, one at a time; every reply as octets, the greeting left out."""
    heard = []
    with socket.create_connection(("127.0.0.1", port), timeout=20) as peer, peer.makefile("rb") as replies:
        replies.readline()
        for line in lines:
            peer.sendall(line + b"\r\n")
            reply = [replies.readline()]
            while reply[-1][3:4] == b"-":
                reply.append(replies.readline())
            heard.append(b"".join(reply))
    return heard


@pytest.mark.parametrize("who", ["gone", "busy", "plain", "amy"])
def test_the_next_hops_word_about_a_recipient_is_ours(who: str, sink: SmtpSink, tmp_path: Path) -> None:
    dialogue = [b"EHLO client.example", b"MAIL FROM:<joe@dept.example>", f"RCPT TO:<{who}@news.example>".encode()]
    with (
        Postfix(relayhost=sink.port, settings={"smtpd_recipient_restrictions": RESTRICTIONS}) as behind,
        relay_to(behind.smtp_port, tmp_path) as relay,
    ):
        relay.wait()
        theirs, ours = talk(behind.smtp_port, dialogue), talk(relay.port, dialogue)

    assert ours[1:] == theirs[1:]


def test_the_next_hops_word_about_the_content_is_ours(tmp_path: Path) -> None:
    checks = {"header_checks": "regexp:{{/^X-Bad:/ REJECT 5.7.9 we do not like X-Bad here}}"}
    bad = b"X-Bad: yes\r\n" + MAIL
    with Postfix(settings=checks) as behind, relay_to(behind.smtp_port, tmp_path) as relay:
        relay.wait()
        answers = []
        for port in (behind.smtp_port, relay.port):
            with smtplib.SMTP("127.0.0.1", port) as client:
                client.ehlo()
                client.mail("joe@dept.example")
                client.rcpt("amy@news.example")
                answers.append(client.data(bad))

    assert answers[0] == answers[1]
    assert answers[0][0] // 100 == 5


def test_the_size_that_the_next_hop_takes_is_the_size_that_we_take(tmp_path: Path) -> None:
    with (
        Postfix(settings={"message_size_limit": "20000"}) as behind,
        relay_to(behind.smtp_port, tmp_path) as relay,
        smtplib.SMTP("127.0.0.1", relay.wait().port) as client,
    ):
        client.ehlo()
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail("joe@dept.example", ["amy@news.example"], MAIL + b"x" * 30_000)

    assert client.esmtp_features["size"] == "20000"
    assert refused.value.smtp_code == 552


def test_what_the_client_asks_of_the_delivery_arrives(sink: SmtpSink, tmp_path: Path) -> None:
    with Postfix(relayhost=sink.port) as behind, relay_to(behind.smtp_port, tmp_path) as relay:
        relay.wait()
        with smtplib.SMTP("127.0.0.1", relay.port) as client:
            client.sendmail(
                "joe@dept.example",
                ["amy@news.example"],
                MAIL,
                mail_options=["BODY=8BITMIME", "RET=HDRS", "ENVID=q7"],
                rcpt_options=["NOTIFY=SUCCESS,FAILURE"],
            )
        sink.wait_for(1)
        behind.wait_until_empty()

    assert "BODY=8BITMIME" in " ".join(each.mail_args for each in sink.dumps())


def test_a_load_of_mail_arrives_to_the_last(sink: SmtpSink, tmp_path: Path) -> None:
    with Postfix(relayhost=sink.port) as behind, relay_to(behind.smtp_port, tmp_path) as relay:
        smtp_source(relay.wait().port, messages=100, sessions=10, size=4096)

        sink.wait_for(100)


@pytest.mark.parametrize("allowed", [[], ["0.0.0.0/0"], ["10.0.0.0/8", "::/0"]])
def test_a_relay_for_everybody_does_not_start(allowed: list[str], tmp_path: Path) -> None:
    listener = {"host": "0.0.0.0", "allowed": allowed}
    with Relay(folder=tmp_path, next_hop=1, lift_at=datetime.now(UTC) + LATER, listener=listener) as relay:
        assert relay.status() == 2

    assert "`allowed`" in relay.log()


def test_a_client_from_elsewhere_is_turned_away_before_it_can_name_anybody(tmp_path: Path) -> None:
    with Postfix() as behind:
        relay = Relay(
            folder=tmp_path,
            next_hop=behind.smtp_port,
            lift_at=datetime.now(UTC) + LATER,
            listener={"allowed": ["192.0.2.0/24"]},
        )
        with relay, socket.create_connection(("127.0.0.1", _listening(relay)), timeout=5) as peer:
            heard = peer.recv(100)
        queued = behind.queue_count()

    assert queued == 0
    assert heard[:3] in (b"554", b"550", b"421")


def _listening(relay: Relay) -> int:
    def is_open() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", relay.port)) == 0

    wait_until("the relay listens", is_open)
    return relay.port
