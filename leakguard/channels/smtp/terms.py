"""What a listener is told by whoever builds it, and what it refuses to be told.

ref: RFC 5321 section 4.5.3 (limits and timeouts)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from leakguard.model.errors import Refused
from leakguard.model.message import Direction

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class BareNewlines(StrEnum):
    """What is done with a CR or LF that has no partner: the stuff that SMTP smuggling is made of."""

    REJECT = "reject"
    NORMALISE = "normalise"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerSettings:
    """host: an IP address or "localhost". port: 0 takes any free one. hostname: our name in replies and Received.

    allowed: networks that may talk to us, beside ourselves when bound to a loopback address and none is given.
    xforward_from: networks that may name the real client (a Postfix in front of us).
    bare_newlines: for everybody. normalise_from: networks for which they are normalised all the same.
    kept_here: canonical addresses that the gate answers itself; they are accepted, and never offered to the next hop.
    max_size: octets; the next hop's SIZE counts when it is smaller. max_recipients: 452 after these.
    max_connections, max_connections_per_address: together, 421 after these.
    max_bad_commands: unknown or malformed lines in one connection, before it is closed.
    max_received: Received lines that make a loop.
    """

    host: str = "127.0.0.1"
    port: int = 10025
    direction: Direction = Direction.OUTBOUND
    hostname: str
    allowed: tuple[str, ...] = ()
    xforward_from: tuple[str, ...] = ()
    bare_newlines: BareNewlines = BareNewlines.REJECT
    normalise_from: tuple[str, ...] = ()
    kept_here: tuple[str, ...] = ()

    max_size: int = 150 * 1024 * 1024  # the largest that Microsoft 365 can be set to
    max_recipients: int = 1000  # RFC 5321 asks for 100, Microsoft 365 sends up to 1,000
    max_connections: int = 500  # each may keep 256 KiB unread
    max_connections_per_address: int = 200  # one Postfix in front of us is one address
    max_bad_commands: int = 20  # a confused client makes a few, a web browser makes many
    max_received: int = 50  # as Postfix counts
    reuse_port: bool = False  # several processes on one port

    command_seconds: float = 300.0  # RFC 5321 section 4.5.3.2.7
    chunk_seconds: float = 180.0  # RFC 5321 section 4.5.3.2.5: between two pieces of data
    data_seconds: float = 3600.0  # 150 MB at 350 kbit/s; slower is an attack
    refused_seconds: float = 10.0  # time for a refused peer to say QUIT
    next_hop_seconds: float = 320.0  # behind the next hop's own 300
    gate_seconds: float = 420.0  # inspection 30 + split 120 + final reply 240; below the client's 600

    def __post_init__(self) -> None:
        bind = self.bind_address
        if not bind.is_loopback and not self.allowed:
            raise Refused(f"listener on {bind}: say in `allowed` which networks may send, or bind to 127.0.0.1")
        for name in ("allowed", "xforward_from", "normalise_from"):
            networks(getattr(self, name), name)
        if not self.hostname or not self.hostname.isascii() or any(each.isspace() for each in self.hostname):
            raise Refused("listener: `hostname` is one word, such as relay.example.org")

    @property
    def bind_address(self) -> Address:
        try:
            return ip_address("127.0.0.1" if self.host == "localhost" else self.host)
        except ValueError:
            raise Refused(f"listener: `host` is an IP address or localhost, not {self.host!r}") from None


def networks(texts: tuple[str, ...], setting: str) -> tuple[Network, ...]:
    """CIDRs as networks. Raises Refused for one that is not, and for the whole world."""
    found: list[Network] = []
    for text in texts:
        try:
            network = ip_network(text)
        except ValueError:
            raise Refused(f"listener: `{setting}` has {text!r}, which is not a network such as 10.0.0.0/8") from None
        if network.prefixlen == 0:
            raise Refused(f"listener: `{setting}` has {text}, everybody: that would be an open relay")
        found.append(network)
    return tuple(found)


def peer_address(peer: object) -> Address | None:
    """The address of a socket's peername, IPv4 for IPv4-mapped IPv6; None for what is no internet peer."""
    try:
        address = ip_address(str(peer[0]).partition("%")[0]) if isinstance(peer, tuple) and peer else None
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_in(address: Address | None, among: tuple[Network, ...]) -> bool:
    return address is not None and any(address in network for network in among)
