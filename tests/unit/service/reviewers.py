"""Who reviews in the small office: two approvers and a reviewer with access, a reviewer without, an auditor."""

from __future__ import annotations

from dataclasses import replace

from leakguard.model.account import Actor, Role
from leakguard.model.content import Confidence
from leakguard.model.decision import Action
from leakguard.model.embargo import Basis, Book, Grant, Person, Release
from leakguard.model.ids import PersonId, ReleaseId
from leakguard.rulebook import Rulebook
from leakguard.service.viewing import Viewing
from tests.unit.service.world import CPI, LMS, World, rulebook

ANN, BOB = "ann@stats.example", "bob@stats.example"
ANN_TOO = "a.smith@dept.example"  # another address of Ann
REX, NEL, OLA = "rex@stats.example", "nel@stats.example", "ola@stats.example"
DESK_LIST, EVERYBODY = "desk@lists.example", "everybody@lists.example"
HOLD_ALL = {Confidence.LOW: Action.HOLD}
ROLES = {ANN: Role.APPROVER, ANN_TOO: Role.APPROVER, BOB: Role.APPROVER, REX: Role.REVIEWER, NEL: Role.REVIEWER}
HANDLES = {"ann": (ANN, ANN_TOO), "bob": (BOB,), "rex": (REX,)}


def actor(handle: str) -> Actor:
    return Actor(handle=handle, roles=frozenset({ROLES.get(handle, Role.AUDITOR)}))


def with_reviewers(office: Book) -> Book:
    people = {PersonId(name): Person(id=PersonId(name), handles=handles) for name, handles in HANDLES.items()}
    grants = {
        (person, release): (Grant(person=person, release=release, basis=Basis.PRODUCTION),)
        for person in people
        for release in office.releases
    }
    return replace(
        office,
        people={**office.people, **people},
        grants={**office.grants, **grants},
        handles={**office.handles, **{each: person for person, one in people.items() for each in one.handles}},
        lists={DESK_LIST: (ANN, BOB), EVERYBODY: (DESK_LIST, "joe@dept.example")},
    )


def rules(*releases: Release, digest: str = "book-1") -> Rulebook:
    bare = rulebook(*releases, digest=digest)
    return replace(bare, book=with_reviewers(bare.book))


def world(*releases: Release, **changes: object) -> World:
    return World(rulebook=rules(*(releases or (LMS, CPI))), **changes)  # type: ignore[arg-type]


def viewing(at: World, handle: str) -> Viewing:
    return Viewing(store=at.store, book=at.current.book, clock=at.clock, notices=at.notices, actor=actor(handle))


def regrant(at: World, handle: str, release: ReleaseId = LMS.id, **changes: object) -> None:
    """Change this person's grants of this release, as a new rulebook would."""
    old = at.current.book
    person = old.handles[handle]
    grants = tuple(replace(each, **changes) for each in old.grants[person, release])  # type: ignore[arg-type]
    at.current._book = replace(old, grants={**old.grants, (person, release): grants})


def rerelease(at: World, release: Release) -> None:
    old = at.current.book
    at.current._book = replace(old, releases={**old.releases, release.id: release})
