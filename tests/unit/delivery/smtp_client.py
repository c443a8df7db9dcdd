"""A client of a fake hop, and what it usually sends."""

from __future__ import annotations

from leakguard.delivery.nexthop import SmtpNextHop
from leakguard.delivery.settings import NextHopSettings, TlsMode
from leakguard.model.message import Recipient

LOCKSTEP = {"EHLO": b"250 next.example\r\n"}
BOB, EVE, SUE = (Recipient(address=f"{name}@b.example") for name in ("bob", "eve", "sue"))
RCPT_BOB, RCPT_EVE, RCPT_SUE = (f"RCPT TO:<{each.address}>" for each in (BOB, EVE, SUE))
MAIL = b"MAIL FROM:<a@b.example>"
BIG = b"x" * 70 + b"\r\n"
BIG *= 8 * 1024 * 1024 // len(BIG)


def client(*hops, **others):
    settings = {"helo": "us.example", "tls": TlsMode.OFF, **others}
    return SmtpNextHop(NextHopSettings(hosts=tuple(hop.host for hop in hops), **settings))


async def send(next_hop, content=b"x\r\n", *recipients, head=b""):
    transaction, _ = await next_hop.begin("a@b.example", "")
    await transaction.rcpts(recipients or (BOB,))
    return await transaction.data(head, content)
