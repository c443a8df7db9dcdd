"""What can go wrong, as one small tree: bad input is a value, a broken environment is one of these."""


class LeakGuardError(Exception):
    """Something LeakGuard could not do. The text is for an operator and carries no message content."""


class NextHopUnavailable(LeakGuardError):
    """The next hop cannot be reached or broke off before it took the data. Nothing was delivered."""


class ReplyUnknown(LeakGuardError):
    """The data was sent, and no final reply came back: it may or may not have been delivered.

    ref: RFC 1047
    """


class StoreUnavailable(LeakGuardError):
    """The store did not commit. Nothing was recorded; the client must keep the message."""


class Stale(LeakGuardError):
    """Somebody else changed this record first. Read it again before deciding."""


class IllegalMove(LeakGuardError):
    """The state table has no such move."""


class NotFound(LeakGuardError):
    """There is no record of that name."""


class Refused(LeakGuardError):
    """The act is understood and not allowed; the text says why and what to do instead."""


class Forbidden(Refused):
    """This person may not do this, whatever the state. The text names the missing right and no content."""


class NotSignedIn(Refused):
    """Nobody is signed in by what was given. The text never says which part of it was wrong."""


class TooManyTries(Refused):
    """Wait before the next try; nothing was looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many tries; wait {seconds} s")
        self.seconds = seconds


class RulebookRefused(LeakGuardError):
    """The rulebook has errors and was not loaded. The last good one stays active."""

    def __init__(self, diagnostics: tuple[object, ...]) -> None:
        super().__init__("\n".join(str(each) for each in diagnostics))
        self.diagnostics = diagnostics
