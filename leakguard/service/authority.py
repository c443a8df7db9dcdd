"""What each role may do. The one table that pages, API and command line obey; every use case asks it first.

Rule of this file: what is not in the table is refused.
"""

from __future__ import annotations

from enum import StrEnum

from leakguard.model.account import Actor, Role
from leakguard.model.errors import Forbidden


class Permission(StrEnum):
    SEE_QUEUE = "see_queue"  # metadata of held and flagged messages
    READ_CONTENT = "read_content"  # with access to the release only
    BREAK_GLASS = "break_glass"  # read without that access, alarmed
    DOWNLOAD = "download"  # the original bytes, with the same access
    DECIDE = "decide"
    APPROVE = "approve"  # be the second person
    SEE_RELEASES = "see_releases"
    ACT_ON_RELEASES = "act_on_releases"  # postpone, cancel, lift now, suspend access
    SEE_ACCESS = "see_access"
    SEE_AUDIT = "see_audit"
    SEE_PICTURES = "see_pictures"
    SEE_INCIDENTS = "see_incidents"
    KEEP_INCIDENTS = "keep_incidents"
    CHECK = "check"
    KEEP_ACCOUNTS = "keep_accounts"


_REVIEW = frozenset({Role.REVIEWER, Role.APPROVER})
_DESK = _REVIEW | {Role.PRA_OFFICER, Role.AUDITOR}
_EVERYBODY = frozenset(Role)

ALLOWED: dict[Permission, frozenset[Role]] = {
    Permission.SEE_QUEUE: _DESK,
    Permission.READ_CONTENT: _REVIEW,
    Permission.BREAK_GLASS: _REVIEW,
    Permission.DOWNLOAD: frozenset({Role.APPROVER}),
    Permission.DECIDE: _REVIEW,
    Permission.APPROVE: frozenset({Role.APPROVER}),
    Permission.SEE_RELEASES: _EVERYBODY,
    Permission.ACT_ON_RELEASES: frozenset({Role.PRA_OFFICER}),
    Permission.SEE_ACCESS: frozenset({Role.PRA_OFFICER, Role.AUDITOR, Role.APPROVER}),
    Permission.SEE_AUDIT: frozenset({Role.PRA_OFFICER, Role.AUDITOR}),
    Permission.SEE_PICTURES: _DESK,
    Permission.SEE_INCIDENTS: frozenset({Role.PRA_OFFICER, Role.APPROVER, Role.AUDITOR}),
    Permission.KEEP_INCIDENTS: frozenset({Role.PRA_OFFICER, Role.APPROVER}),
    Permission.CHECK: _EVERYBODY,
    Permission.KEEP_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
}


def may(actor: Actor, permission: Permission) -> bool:
    """The console may do everything but what only a person before a page can: read content and approve."""
    if actor.is_console:
        return permission not in (Permission.READ_CONTENT, Permission.BREAK_GLASS, Permission.DOWNLOAD)
    return bool(actor.roles & ALLOWED[permission])


def require(actor: Actor, permission: Permission) -> None:
    """Raises Forbidden."""
    if not may(actor, permission):
        raise Forbidden(f"your roles do not allow this ({permission.value.replace('_', ' ')})")
