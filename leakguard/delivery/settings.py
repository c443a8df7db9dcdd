"""What the next-hop client is told by whoever builds it.

ref: RFC 5321 section 4.5.3.2 (timeouts)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from leakguard.delivery.wire import octets


class TlsMode(StrEnum):
    """How much of TLS is asked of the next hop. `may` goes on in plain text when TLS is not to be had."""

    OFF = "off"
    MAY = "may"
    ENCRYPT = "encrypt"
    VERIFY = "verify"

    @property
    def is_required(self) -> bool:
        return self in (TlsMode.ENCRYPT, TlsMode.VERIFY)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextHopSettings:
    """hosts: (host, port) in order of preference. helo: our name. tls_ca_file: PEM, instead of the system's.

    connect_seconds: from the first packet to the answer to EHLO, TLS included; per host.
    command_seconds: one command. data_seconds: without progress while writing. reply_seconds: for the final reply.
    wait_seconds: for one of max_connections. idle_seconds, max_transactions: how long a connection is kept.
    penalty_seconds: for how long a host that failed is tried last.
    """

    hosts: tuple[tuple[str, int], ...]
    helo: str = "localhost"
    tls: TlsMode = TlsMode.VERIFY
    tls_ca_file: str | None = None
    connect_seconds: float = 30.0
    command_seconds: float = 300.0
    data_seconds: float = 180.0
    reply_seconds: float = 240.0
    wait_seconds: float = 30.0
    idle_seconds: float = 60.0
    penalty_seconds: float = 30.0
    max_transactions: int = 100
    max_connections: int = 50

    def __post_init__(self) -> None:
        assert self.hosts, "there is a next hop"
        assert self.max_connections > 0, "at least one connection"
        octets(self.helo)
