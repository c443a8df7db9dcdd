"""What each role may do. The one table that pages, API and command line obey; every use case asks it first.

Rule of this file: what is not in the table is refused.
"""

from __future__ import annotations

from enum import StrEnum

from leakguard.model.account import Actor, Role, Scope
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

# What an API token reaches, within the roles of its owner. Content, approvals and accounts need a person before a page.
# The first of each is what the scope is for: an owner who may not do that cannot give it.
REACH: dict[Scope, tuple[Permission, ...]] = {
    Scope.READ: (
        Permission.SEE_QUEUE,
        Permission.SEE_RELEASES,
        Permission.SEE_ACCESS,
        Permission.SEE_PICTURES,
        Permission.SEE_INCIDENTS,
    ),
    Scope.DECIDE: (Permission.DECIDE,),
    Scope.CHECK: (Permission.CHECK,),
    Scope.RELEASES: (Permission.ACT_ON_RELEASES, Permission.SEE_RELEASES),
    Scope.AUDIT: (Permission.SEE_AUDIT,),
}


def scopes_of(roles: frozenset[Role]) -> tuple[Scope, ...]:
    """What somebody with these roles may give to a token."""
    return tuple(each for each in Scope if roles & ALLOWED[REACH[each][0]])


def may(actor: Actor, permission: Permission) -> bool:
    """The console may do everything but what only a person before a page can: read content."""
    if actor.scopes is not None and not any(permission in REACH[each] for each in actor.scopes):
        return False
    if actor.is_console:
        return permission not in (Permission.READ_CONTENT, Permission.BREAK_GLASS, Permission.DOWNLOAD)
    return bool(actor.roles & ALLOWED[permission])


def require(actor: Actor, permission: Permission) -> None:
    """Raises Forbidden."""
    if not may(actor, permission):
        raise Forbidden(f"your roles do not allow this ({permission.value.replace('_', ' ')})")
