"""One transaction of our own with the next hop: an envelope, and the reply for each of its recipients."""

from __future__ import annotations

from leakguard.model.errors import NextHopUnavailable, ReplyUnknown
from leakguard.model.message import Envelope
from leakguard.service.ports import NextHop, Reply

_NOT_NOW = Reply.of(451, "4.4.1 next hop unavailable")
_UNKNOWN = Reply.of(451, "4.4.2 next hop broke off")


async def send_copies(next_hop: NextHop, envelope: Envelope, head: bytes, content: bytes) -> dict[str, Reply]:
    """The final reply for each recipient, by address. A next hop that is not there answers 451 for all. Never raises
    for what the next hop does.
    """
    addresses = [each.address for each in envelope.recipients]
    try:
        transaction, reply = await next_hop.begin(envelope.mail_from, envelope.mail_params)
        if transaction is None:
            return dict.fromkeys(addresses, reply)
        replies = dict(zip(addresses, await transaction.rcpts(envelope.recipients), strict=True))
        if not any(each.is_positive for each in replies.values()):
            await transaction.abandon()
            return replies
        final = await transaction.data(head, content)
    except NextHopUnavailable:
        return dict.fromkeys(addresses, _NOT_NOW)
    except ReplyUnknown:
        return dict.fromkeys(addresses, _UNKNOWN)
    return {address: final if reply.is_positive else reply for address, reply in replies.items()}
