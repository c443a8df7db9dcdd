"""The replies that are our own. Everything else a client hears is the next hop's or the gate's, word for word.

ref: RFC 5321 section 4.2 (codes), RFC 3463 (enhanced codes)
"""

from __future__ import annotations

from leakguard.service.ports import Reply

BYE = Reply.of(221, "2.0.0 bye")
RESET = Reply.of(250, "2.0.0 reset")
RECIPIENT_OK = Reply.of(250, "2.1.5 recipient ok")
NOTED = Reply.of(250, "2.0.0 ok")
HELP = Reply.of(214, "2.0.0 RFC 5321; the postmaster of this host can say more")
CANNOT_VERIFY = Reply.of(252, "2.5.0 cannot verify; send some mail")
GO_AHEAD = Reply(354, (b"354 end data with <CR><LF>.<CR><LF>",))

IDLE = Reply.of(421, "4.4.2 idle for too long, closing")
CLOSING = Reply.of(421, "4.3.2 shutting down, closing")
BROKEN = Reply.of(421, "4.3.0 internal error, closing")
TOO_MANY_CONNECTIONS = Reply.of(421, "4.7.0 too many connections, closing")
TOO_MANY_ERRORS = Reply.of(421, "4.7.0 too many errors, closing")

UNKNOWN_COMMAND = Reply.of(500, "5.5.1 command not recognised")
BAD_LINE = Reply.of(500, "5.5.2 commands are lines that end with <CR><LF>")
LINE_TOO_LONG = Reply.of(500, "5.5.6 command line too long")
NO_ARGUMENT = Reply.of(501, "5.5.4 this command takes no argument")
HELO_SYNTAX = Reply.of(501, "5.5.4 say who you are: EHLO host.example")
BDAT_SYNTAX = Reply.of(501, "5.5.4 syntax: BDAT size [LAST], closing")
XFORWARD_SYNTAX = Reply.of(501, "5.5.4 syntax: XFORWARD attribute=value ...")
NOT_IMPLEMENTED = Reply.of(502, "5.5.1 command not implemented")
HELO_FIRST = Reply.of(503, "5.5.1 send EHLO first")
MAIL_FIRST = Reply.of(503, "5.5.1 send MAIL first")
RCPT_FIRST = Reply.of(503, "5.5.1 send RCPT first")
NESTED_MAIL = Reply.of(503, "5.5.1 a transaction is open already")
MIXED_DATA = Reply.of(503, "5.5.1 BDAT has begun, so DATA may not")
IN_TRANSACTION = Reply.of(503, "5.5.1 not within a transaction")
ONLY_QUIT = Reply.of(503, "5.5.1 refused: only QUIT is left")

TOO_MANY_RECIPIENTS = Reply.of(452, "4.5.3 too many recipients, send the others in another transaction")
TOO_LARGE = Reply.of(552, "5.3.4 message too large")
NO_VALID_RECIPIENTS = Reply.of(554, "5.5.1 no valid recipients")
PEER_REFUSED = Reply.of(554, "5.7.1 you may not send through this host")
NOT_AUTHORISED = Reply.of(550, "5.7.0 not for you")
HAS_NUL = Reply.of(550, "5.6.0 message has NUL octets")
HAS_BARE_NEWLINES = Reply.of(550, "5.6.11 message has bare CR or LF, lines end with <CR><LF>")
LOOPS = Reply.of(554, "5.4.6 mail loop: too many hops")


def unavailable(reference: str) -> Reply:
    return Reply.of(451, f"4.4.1 next hop unavailable, reference {reference}")


def failed(reference: str) -> Reply:
    return Reply.of(451, f"4.3.0 temporary failure, reference {reference}")


def chunk_taken(octets: int) -> Reply:
    return Reply.of(250, f"2.0.0 {octets} octets received")
