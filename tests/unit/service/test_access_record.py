"""The record of access: each row says who, why, since when and until when, as it stands at one instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from leakguard.model.embargo import Basis, Book, Grant, Person
from leakguard.model.events import AccessListConfirmed, AccessSuspended
from leakguard.model.ids import HeldId, PersonId, ReleaseId
from leakguard.model.overlay import lay_over
from leakguard.service.access_record import (
    CONFIRMED_BEFORE,
    AccessState,
    Declaration,
    Record,
    Suspension,
    View,
    list_digest,
)
from leakguard.service.access_tables import published
from leakguard.service.mailboxes import MailboxKind
from tests.unit.service.world import CPI, EARLY, LMS, MINUTE, MS, T, release

DUE = T - CONFIRMED_BEFORE
SIGNING = replace(LMS, declaration_required=True)
ANN = PersonId("ann")


def book_of(grant_fields: dict | None = None, about=LMS, **person_fields) -> Book:
    person = Person(
        **(
            {"id": ANN, "handles": ("ann@dept.example",), "role": "Press officer", "organisation": "Dept"}
            | person_fields
        )
    )
    grant = Grant(**({"person": ANN, "release": about.id, "basis": Basis.PRE_RELEASE} | (grant_fields or {})))
    return Book(
        releases={about.id: about},
        people={person.id: person},
        grants={(person.id, about.id): (grant,)},
        handles=dict.fromkeys(person.handles, person.id),
    )


def record(book: Book, now=EARLY, **fields) -> Record:
    return Record(book=book, now=now, **fields)


def row_of(book: Book, now=EARLY, **fields):
    [row] = record(book, now, **fields).of_release(next(iter(book.releases.values())))
    return row


OPENS = T - timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (OPENS - MS, AccessState.NOT_OPEN),
        (OPENS, AccessState.HAS_ACCESS),
        (T - MS, AccessState.HAS_ACCESS),
        (T, AccessState.PUBLIC),
    ],
    ids=["before the window", "the window opens", "before the lift", "the lift"],
)
def test_pre_release_access_is_open_from_the_window_to_the_lift(now, state):
    row = row_of(book_of(), now)

    assert (row.state, row.opens_at, row.ends_at) == (state, OPENS, T)


@pytest.mark.parametrize(
    ("now", "state"),
    [(EARLY - MS, AccessState.HAS_ACCESS), (EARLY, AccessState.ENDED), (T, AccessState.PUBLIC)],
)
def test_access_ends_at_its_instant(now, state):
    row = row_of(book_of({"until_at": EARLY}), now)

    assert (row.state, row.ends_at) == (state, EARLY)


def test_production_access_is_open_from_the_beginning_and_a_waiting_lift_has_no_end():
    late = replace(LMS, lift="on_confirmation")
    row = row_of(book_of({"basis": Basis.PRODUCTION}, late), T - timedelta(days=400))

    assert (row.state, row.opens_at, row.ends_at) == (AccessState.HAS_ACCESS, None, None)


@pytest.mark.parametrize(
    ("signed_at", "declaration", "state"),
    [
        (None, Declaration.MISSING, AccessState.DECLARATION_MISSING),
        (EARLY + MS, Declaration.MISSING, AccessState.DECLARATION_MISSING),
        (EARLY, Declaration.SIGNED, AccessState.HAS_ACCESS),
        (EARLY - MS, Declaration.SIGNED, AccessState.HAS_ACCESS),
    ],
    ids=["never", "dated later", "now", "before"],
)
def test_a_declaration_counts_from_the_instant_it_was_signed(signed_at, declaration, state):
    row = row_of(book_of({"declaration_signed_at": signed_at}, SIGNING))

    assert (row.declaration, row.state) == (declaration, state)


@pytest.mark.parametrize("basis", [Basis.PRODUCTION, Basis.QA])
def test_who_makes_the_release_declares_nothing(basis):
    assert row_of(book_of({"basis": basis}, SIGNING)).declaration is Declaration.NOT_REQUIRED


@pytest.mark.parametrize(
    ("age", "declaration"),
    [(timedelta(days=365) - MS, Declaration.SIGNED), (timedelta(days=365), Declaration.EXPIRED)],
)
def test_a_declaration_lasts_as_long_as_it_is_said_to(age, declaration):
    book = book_of({"declaration_signed_at": EARLY - age}, SIGNING)

    assert row_of(book, declarations_last=timedelta(days=365)).declaration is declaration
    assert row_of(book).declaration is Declaration.SIGNED


def test_a_suspension_says_by_whom_when_and_why_whatever_address_it_named():
    act = AccessSuspended(
        at=EARLY, actor="pra@x.example", reason="moved", handle="old@x.example", person="ann", release=LMS.id
    )
    by_address = replace(act, handle="ANN@dept.example", person="", reason="by address")
    elsewhere = replace(act, release=CPI.id, reason="another release")
    somebody = replace(act, handle="bob@dept.example", person="bob", reason="another person")
    for chosen in (act, by_address):
        acts = [elsewhere, somebody, chosen, replace(chosen, reason="again")]
        row = row_of(lay_over(book_of(), acts), acts=acts)

        assert row.state is AccessState.SUSPENDED
        assert row.suspension == Suspension(at=EARLY, by="pra@x.example", reason=chosen.reason)


def test_a_suspension_in_the_file_says_so_and_who_is_not_suspended_has_none():
    assert row_of(book_of({"suspended": True})).suspension == Suspension(reason="in the access file")
    assert row_of(book_of()).suspension is None


def view(who="ann@dept.example", person=ANN, about=(LMS.id,), how="grant", at=EARLY) -> View:
    return View(at=at, who=who, person=person, held=HeldId("m1"), releases=about, how=how)


def test_a_row_shows_what_this_person_read_of_this_release():
    mine, other_release = view(), view(about=(CPI.id,))
    others = view("bob@dept.example", PersonId("bob"))

    row = row_of(book_of(), views=[mine, other_release, others])

    assert row.views == (mine,)


def test_who_read_without_being_on_the_list_is_in_the_record_too():
    listed, stranger = view(), view("rev@x.example", None, how="break_glass")
    known = view("bob@dept.example", PersonId("bob"))
    elsewhere = view("rev@x.example", None, about=(CPI.id,))
    made = record(book_of(), views=[listed, stranger, known, elsewhere, stranger])

    assert made.views_without_grant(LMS.id) == (stranger, known, stranger)
    assert made.state_of(LMS).viewed_without_grant == 2


def confirmed(at, digest: str, about=LMS) -> AccessListConfirmed:
    return AccessListConfirmed(at=at, actor="pra@x.example", reason="right", release=about.id, list_digest=digest)


@pytest.mark.parametrize(
    ("now", "reviewed_at", "is_due"),
    [
        (DUE - MS, None, False),
        (DUE, None, True),
        (DUE + MS, DUE - MS, True),
        (DUE, DUE, False),
        (T - MS, DUE, False),
        (T - MS, DUE - MS, True),
        (T, None, False),
    ],
    ids=[
        "a week is more",
        "the week begins",
        "reviewed too soon",
        "at its beginning",
        "later",
        "never again",
        "public",
    ],
)
def test_a_list_is_to_be_confirmed_in_the_last_week(now, reviewed_at, is_due):
    book = book_of()
    digest = list_digest(record(book).of_release(LMS))
    acts = [confirmed(reviewed_at, digest)] if reviewed_at else []

    state = record(book, now, acts=acts).state_of(LMS)

    assert (state.is_due, state.is_changed, state.due_at) == (is_due, False, DUE)


@pytest.mark.parametrize(
    "after",
    [
        book_of({"until_at": EARLY}),
        book_of({"basis": Basis.QA}),
        book_of(handles=("ann@other.example",)),
        book_of({"declaration_signed_at": EARLY}),
        book_of(role="Minister"),
        replace(book_of(), grants={}),
    ],
    ids=["ends", "basis", "address", "declaration", "role", "gone"],
)
def test_a_list_that_changed_since_its_confirmation_is_to_be_confirmed_again(after):
    digest = list_digest(record(book_of()).of_release(LMS))

    state = record(after, T - MINUTE, acts=[confirmed(DUE, digest)]).state_of(LMS)

    assert (state.is_changed, state.is_due) == (True, True)


def test_a_suspension_is_no_other_list():
    digest = list_digest(record(book_of()).of_release(LMS))

    state = record(book_of({"suspended": True}), T - MINUTE, acts=[confirmed(DUE, digest)]).state_of(LMS)

    assert (state.is_changed, state.is_due, state.suspended) == (False, False, 1)


def test_the_last_review_is_the_last_confirmation_of_this_list():
    acts = [confirmed(DUE, "a"), confirmed(DUE + MS, "b"), confirmed(DUE + MINUTE, "c", CPI)]

    assert record(book_of(), acts=acts).state_of(LMS).confirmed == acts[1]


def test_a_list_state_counts_grants_people_and_what_is_wrong_with_them():
    def grant(person: str, **fields) -> Grant:
        return Grant(person=PersonId(person), release=SIGNING.id, **({"basis": Basis.PRE_RELEASE} | fields))

    grants = {
        "two": (grant("two", basis=Basis.QA), grant("two", declaration_signed_at=EARLY)),
        "late": (grant("late"),),
        "out": (grant("out", suspended=True, declaration_signed_at=EARLY),),
        "over": (grant("over", until_at=EARLY, basis=Basis.QA),),
        "box": (grant("box", declaration_signed_at=EARLY),),
        "list": (grant("list", declaration_signed_at=EARLY),),
    }
    handles = {name: f"{name}@x.example" for name in grants} | {"box": "press.office@x.example"}
    book = Book(
        releases={SIGNING.id: SIGNING},
        people={PersonId(name): Person(id=PersonId(name), handles=(at,)) for name, at in handles.items()},
        grants={(PersonId(name), SIGNING.id): each for name, each in grants.items()},
        lists={"list@x.example": ()},
    )

    state = record(book).state_of(SIGNING)

    assert (state.total, state.people) == (7, 6)
    assert (state.declarations_missing, state.suspended, state.ended, state.shared) == (1, 1, 1, 2)


@pytest.mark.parametrize(
    ("handle", "kind"),
    [
        ("ann@dept.example", MailboxKind.PERSON),
        ("ann.press@dept.example", MailboxKind.SHARED),
        ("press-office@dept.example", MailboxKind.SHARED),
        ("pressley@dept.example", MailboxKind.PERSON),
        ("ann@press.example", MailboxKind.PERSON),
    ],
)
def test_a_mailbox_that_sounds_shared_is_marked(handle, kind):
    assert row_of(book_of(handles=(handle,))).mailbox is kind


def test_lists_come_in_the_order_of_their_lifts_and_public_ones_last():
    soon, later = release("a", T + MINUTE), release("b", T + 2 * MINUTE)
    out, longer_out = release("c", T - MINUTE), release("d", T - 2 * MINUTE)
    book = Book(releases={each.id: each for each in (longer_out, later, out, soon)})

    assert [each.release for each in record(book, T).states()] == [soon, later, out, longer_out]


def test_a_person_has_their_rows_over_all_releases():
    book = book_of()
    both = replace(
        book,
        releases={CPI.id: CPI, LMS.id: LMS},
        grants={(ANN, each.id): (Grant(person=ANN, release=each.id, basis=Basis.QA),) for each in (CPI, LMS)},
    )

    assert [each.release.id for each in record(both).of_person(ANN)] == [LMS.id, CPI.id]
    assert record(both).of_person(PersonId("nobody")) == ()


def test_the_published_list_has_roles_by_organisation_and_neither_names_nor_addresses():
    people = [
        Person(
            id=PersonId("b@x.example"), handles=("b@x.example",), name="Bea", role="Special adviser", organisation="HMT"
        ),
        Person(id=PersonId("c"), handles=("c@x.example",), name="Cy", role="Special adviser", organisation="HMT"),
        Person(id=PersonId("d@x.example"), handles=("d@x.example",), name="Di"),
        Person(id=PersonId("e"), handles=("e@x.example",), role="e@x.example", organisation="DWP"),
        Person(id=PersonId("maker"), handles=("m@x.example",), role="Statistician", organisation="ONS"),
        Person(id=PersonId("out"), handles=("o@x.example",), role="Out", organisation="HMT"),
    ]

    def grants(person: Person) -> tuple[Grant, ...]:
        basis = Basis.PRODUCTION if person.id == "maker" else Basis.PRE_RELEASE
        one = Grant(person=person.id, release=LMS.id, basis=basis, suspended=person.id == "out")
        return (one, replace(one, until_at=T))

    book = Book(
        releases={LMS.id: LMS},
        people={each.id: each for each in people},
        grants={(each.id, LMS.id): grants(each) for each in people},
    )

    assert published(book, LMS) == (("", ""), ("DWP", ""), ("HMT", "Special adviser"), ("HMT", "Special adviser"))
    assert published(book, replace(LMS, id=ReleaseId("other"))) == ()
