"""Who acts at the desk, and as what. A role is what somebody may do; a grant is what they may see before its lift."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """REVIEWER decides on held messages. APPROVER is the second person. PRA_OFFICER acts on releases and access.

    AUDITOR reads the record. ADMINISTRATOR keeps accounts, and sees no message. ref: CoP T3.3, T3.4
    """

    REVIEWER = "reviewer"
    APPROVER = "approver"
    PRA_OFFICER = "pra_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who is signed in, as the use cases know them.

    handle: canonical e-mail address; the access lists know them by it, and the audit names them so.
    is_console: whoever can read the store and the key of this machine: the command line. Every role, no page.
    """

    handle: str
    name: str = ""
    roles: frozenset[Role] = frozenset()
    is_console: bool = False
