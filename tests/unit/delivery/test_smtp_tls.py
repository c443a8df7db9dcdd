"""STARTTLS to the next hop: what each mode asks for, and what it does not accept."""

from __future__ import annotations

import shutil
import ssl
import subprocess

import pytest

from leakguard.delivery.opening import tls_context
from leakguard.delivery.settings import NextHopSettings, TlsMode
from leakguard.model.errors import NextHopUnavailable, ReplyUnknown
from tests.unit.delivery.smtp_client import client, send
from tests.unit.delivery.smtp_fake import EHLO, OK, Do, fake_hop

OFFERING = b"250-next.example\r\n250-STARTTLS\r\n250 PIPELINING\r\n"
INSIDE = b"250-next.example\r\n250-PIPELINING\r\n250 DSN\r\n"
GO = b"220 go\r\n"
OFFER = {"EHLO": [OFFERING, INSIDE], "STARTTLS": (GO, Do.START_TLS)}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Self-signed, for 127.0.0.1 and no other name; its own authority."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("TLS TO THE NEXT HOP IS NOT TESTED: no openssl command to make a certificate with")
    pem = tmp_path_factory.mktemp("tls") / "hop.pem"
    names = "subjectAltName=IP:127.0.0.1"
    command = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=hop -addext {names} -keyout {pem} -out -"
    made = subprocess.run([openssl, *command.split()], check=True, capture_output=True)
    pem.write_bytes(pem.read_bytes() + made.stdout)
    return str(pem)


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def sent(hop, **settings):
    next_hop = client(hop, **settings)
    reply = await send(next_hop, b"x\r\n" * 300_000)
    again = await send(next_hop)
    await next_hop.close()
    return reply.code, again.code, hop.heard


@pytest.mark.parametrize("mode", [TlsMode.MAY, TlsMode.ENCRYPT, TlsMode.VERIFY])
def test_mail_goes_under_tls_where_it_is_offered(run, tls, certificate, mode):
    async def story():
        async with fake_hop(OFFER, tls=tls) as hop:
            return await sent(hop, tls=mode, tls_ca_file=certificate)

    first, second, heard = run(story())

    assert (first, second) == (250, 250)
    assert len(heard) == 1
    assert heard[0][:4] == [b"EHLO us.example", b"STARTTLS", b"EHLO us.example", b"MAIL FROM:<a@b.example>"]


def test_off_never_asks_for_tls(run, tls):
    async def story():
        async with fake_hop({"EHLO": OFFERING}, tls=tls) as hop:
            return (await sent(hop, tls=TlsMode.OFF))[2]

    assert b"STARTTLS" not in run(story())[0]


def test_verify_refuses_a_certificate_that_nobody_vouches_for(run, tls):
    async def story():
        async with fake_hop(OFFER, tls=tls) as hop:
            with pytest.raises(NextHopUnavailable):
                await sent(hop, tls=TlsMode.VERIFY)
            return hop

    hop = run(story())

    assert hop.heard == [[b"EHLO us.example", b"STARTTLS"]]
    assert hop.contents == []


def test_verify_refuses_the_certificate_of_another_name(run, tls, certificate):
    async def story():
        async with fake_hop(OFFER, tls=tls) as hop:
            await sent(hop, tls=TlsMode.VERIFY, tls_ca_file=certificate)
            hop.name = "localhost"
            with pytest.raises(NextHopUnavailable):
                await sent(hop, tls=TlsMode.VERIFY, tls_ca_file=certificate)
            return len(hop.contents)

    assert run(story()) == 2


NOT_HAD = [
    pytest.param({"EHLO": EHLO}, id="not offered"),
    pytest.param({"EHLO": OFFERING, "STARTTLS": b"454 4.7.0 not now\r\n"}, id="refused"),
    pytest.param({"EHLO": OFFERING, "STARTTLS": (GO, b"junk, not TLS\r\n" * 10)}, id="handshake fails"),
]


@pytest.mark.parametrize("script", NOT_HAD)
@pytest.mark.parametrize("mode", [TlsMode.ENCRYPT, TlsMode.VERIFY])
def test_required_tls_that_is_not_to_be_had_sends_nothing(run, script, mode):
    async def story():
        async with fake_hop(script) as hop:
            with pytest.raises(NextHopUnavailable):
                await sent(hop, tls=mode, connect_seconds=1)
            return hop.heard

    assert not any(line.startswith(b"MAIL") for lines in run(story()) for line in lines)


@pytest.mark.parametrize("script", NOT_HAD)
def test_may_goes_on_in_plain_text_when_tls_is_not_to_be_had(run, script):
    async def story():
        async with fake_hop(script) as hop:
            return (await sent(hop, tls=TlsMode.MAY))[:2]

    assert run(story()) == (250, 250)


def test_what_is_said_in_plain_text_before_the_handshake_is_forgotten(run, tls):
    injected = {**OFFER, "STARTTLS": (GO + b"250-evil.example\r\n250 XEVIL\r\n", Do.START_TLS)}

    async def story():
        async with fake_hop(injected, tls=tls) as hop:
            next_hop = client(hop, tls=TlsMode.ENCRYPT)
            return await next_hop.extensions(), (await send(next_hop)).code

    assert run(story()) == ({"PIPELINING", "DSN"}, 250)


@pytest.mark.parametrize("mode", [TlsMode.MAY, TlsMode.ENCRYPT, TlsMode.VERIFY])
def test_tls_older_than_1_2_is_not_spoken(mode):
    context = tls_context(NextHopSettings(hosts=(("localhost", 25),), tls=mode))

    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_connection_lost_under_tls_after_the_dot_is_an_unknown_reply(run, tls):
    async def story():
        async with fake_hop({**OFFER, ".": [OK, Do.HANG_UP]}, tls=tls) as hop:
            await sent(hop, tls=TlsMode.ENCRYPT)

    with pytest.raises(ReplyUnknown):
        run(story())
