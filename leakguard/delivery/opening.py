"""From a host name to a connection that is ready for MAIL: connect, greeting, EHLO, STARTTLS.

ref: RFC 5321 section 3.1, section 3.2, section 4.1.1.1; RFC 3207 (STARTTLS)
"""

from __future__ import annotations

import asyncio
import ssl
from functools import partial
from socket import IPPROTO_TCP

import structlog

from leakguard.delivery.connection import Connection, ConnectionBroken
from leakguard.delivery.settings import NextHopSettings, TlsMode
from leakguard.delivery.wire import octets
from leakguard.service.ports import Reply

log = structlog.get_logger()


class HostFailed(ConnectionBroken):
    """This host is not ready to take mail now; another one may be. The text is safe for logs."""


class TlsFailed(HostFailed):
    """The handshake failed, or the certificate is not this host's."""


def tls_context(settings: NextHopSettings) -> ssl.SSLContext | None:
    """What TLS to the next hop must be like: 1.2 or better; certificate and name checked by `verify` only."""
    if settings.tls is TlsMode.OFF:
        return None
    context = ssl.create_default_context(cafile=settings.tls_ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.tls is not TlsMode.VERIFY:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def open_connection(
    host: tuple[str, int], settings: NextHopSettings, context: ssl.SSLContext | None
) -> Connection:
    """A connection ready for MAIL, within `connect_seconds`. Raises HostFailed."""
    try:
        async with asyncio.timeout(settings.connect_seconds):
            try:
                return await _attempt(host, settings, context)
            except TlsFailed as error:
                if settings.tls is not TlsMode.MAY:
                    raise
                log.warning("next_hop.tls_failed", host=host[0], port=host[1], cause=str(error))
                return await _attempt(host, settings, None)
    except HostFailed:
        raise
    except ConnectionBroken as error:
        raise HostFailed(str(error)) from error
    except OSError as error:  # TimeoutError is one
        raise HostFailed(type(error).__name__) from error


async def _attempt(host: tuple[str, int], settings: NextHopSettings, context: ssl.SSLContext | None) -> Connection:
    loop = asyncio.get_running_loop()
    # With IPPROTO_TCP named, asyncio sets TCP_NODELAY; without it, small commands wait for delayed ACKs.
    _, connection = await loop.create_connection(partial(Connection, host), *host, proto=IPPROTO_TCP)
    try:
        _expect(await connection.reply(settings.connect_seconds), 220)
        await _hello(connection, settings)
        if context is not None and await _is_tls_agreed(connection, settings):
            await _handshake(connection, context)
            await _hello(connection, settings)
    except BaseException:
        connection.abort()
        raise
    return connection


async def _hello(connection: Connection, settings: NextHopSettings) -> None:
    """EHLO, or HELO where that is not understood. ref: RFC 5321 section 3.2"""
    (reply,) = await connection.exchange([octets(f"EHLO {settings.helo}")], settings.connect_seconds)
    if reply.is_permanent:
        (reply,) = await connection.exchange([octets(f"HELO {settings.helo}")], settings.connect_seconds)
        _expect(reply, 250)
        return
    _expect(reply, 250)
    connection.keywords = frozenset(line[4:].decode("ascii", "replace").strip().upper() for line in reply.lines[1:])


async def _is_tls_agreed(connection: Connection, settings: NextHopSettings) -> bool:
    if "STARTTLS" in connection.keywords:
        (reply,) = await connection.exchange([b"STARTTLS"], settings.connect_seconds)
        if reply.is_positive:
            return True
    if settings.tls.is_required:
        raise HostFailed("TLS required, not offered")
    return False


async def _handshake(connection: Connection, context: ssl.SSLContext) -> None:
    try:
        await connection.start_tls(context)
    except (OSError, ConnectionBroken) as error:
        raise TlsFailed(type(error).__name__) from error


def _expect(reply: Reply, code: int) -> None:
    if reply.code != code:
        raise HostFailed(f"answered {reply.code}")
