"""All commands of one SMTP session, by name: greetings and small talk here, the mail in `envelopes` and `messages`.

ref: RFC 5321 section 4.1.1 (commands), section 4.1.4 (order)
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from leakguard.channels.smtp import replies
from leakguard.channels.smtp.messages import Messages
from leakguard.channels.smtp.xforward import parse_xforward

_HELO = re.compile(rb"[!-~\x80-\xff]{1,255}\Z")


class Session(Messages):
    async def _obey(self, line: bytes) -> None:
        verb, _, argument = line.partition(b" ")
        command = COMMANDS.get(verb.upper())
        if self._is_refused and command is not Session.quit:
            await self._blame(replies.ONLY_QUIT)
        elif command is None:
            await self._blame(replies.UNKNOWN_COMMAND)
        else:
            await command(self, argument.rstrip(b" \t"))

    async def ehlo(self, argument: bytes) -> None:
        if not await self._is_introduced(argument):
            return
        self._is_extended = True
        self._offer = await self._lobby.offer()
        takes_xforward = self._lobby.takes_xforward(self.address)
        await self._write(self._offer.wire_with_xforward if takes_xforward else self._offer.wire)

    async def helo(self, argument: bytes) -> None:
        if not await self._is_introduced(argument):
            return
        self._is_extended = False
        self._offer = self._lobby.no_offer
        await self._write(self._offer.wire)

    async def _is_introduced(self, argument: bytes) -> bool:
        """Whether the client said a name; what it had begun is over then."""
        if not _HELO.match(argument):
            await self._say(replies.HELO_SYNTAX)
            return False
        await self._abandon()
        self._helo = argument.decode("ascii", "replace")
        return True

    async def xforward(self, argument: bytes) -> None:
        attributes = parse_xforward(argument)
        if not self._lobby.takes_xforward(self.address):
            await self._say(replies.NOT_AUTHORISED)
        elif self._mail is not None:
            await self._say(replies.IN_TRANSACTION)
        elif attributes is None:
            await self._say(replies.XFORWARD_SYNTAX)
        else:
            self._behind.update(attributes)
            await self._say(replies.NOTED)

    async def quit(self, argument: bytes) -> None:
        if argument:
            return await self._say(replies.NO_ARGUMENT)
        await self._say(replies.BYE)
        return self._hang_up()

    async def noop(self, argument: bytes) -> None:
        await self._say(replies.NOTED)

    async def vrfy(self, argument: bytes) -> None:
        await self._say(replies.CANNOT_VERIFY)

    async def expn(self, argument: bytes) -> None:
        await self._say(replies.NOT_IMPLEMENTED)

    async def help(self, argument: bytes) -> None:
        await self._say(replies.HELP)


# STARTTLS and AUTH would be two lines here, their keywords two words in `offer`.
COMMANDS: dict[bytes, Callable[[Session, bytes], Awaitable[None]]] = {
    b"EHLO": Session.ehlo,
    b"HELO": Session.helo,
    b"MAIL": Session.mail,
    b"RCPT": Session.rcpt,
    b"DATA": Session.data,
    b"BDAT": Session.bdat,
    b"RSET": Session.rset,
    b"NOOP": Session.noop,
    b"QUIT": Session.quit,
    b"VRFY": Session.vrfy,
    b"EXPN": Session.expn,
    b"HELP": Session.help,
    b"XFORWARD": Session.xforward,
}
