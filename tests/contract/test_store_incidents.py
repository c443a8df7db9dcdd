"""What a store promises about incidents: kept whole, changed by one hand at a time, told in the audit without words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leakguard.model.errors import NotFound, Stale, StoreUnavailable
from leakguard.model.events import ContentViewed, IncidentEntryMade, IncidentOpened, ReportSaved, RulebookLoaded
from leakguard.model.ids import HeldId, IncidentId
from leakguard.model.incident import Entry, EntryKind, Incident, Layout, Written
from leakguard.store.sqlite import SqliteStore
from tests.contract.store_samples import LIFT, LMS, MICROSECOND, MINUTE, held_event

WORDS = "unemployment r\u00f4se \udce9 \0 \U0001f4c8"


def entry(**changes) -> Entry:
    fields = {"kind": EntryKind.SEEN_BY, "at": LIFT - MINUTE, "by": "ann@x.example", "recorded_at": LIFT}
    return Entry(**(fields | changes))


def incident(name: str = "i1", **changes) -> Incident:
    fields = {"id": IncidentId(name), "releases": (LMS,), "opened_at": LIFT - MINUTE, "opened_by": "ann@x.example"}
    return Incident(**(fields | changes))


def full_incident() -> Incident:
    """No field at its default but the revision."""
    return incident(
        held=HeldId("m1"),
        message="msg1",
        noticed_how=WORDS,
        opened_at=LIFT - MINUTE - MICROSECOND,
        entries=(entry(recipient="b\udce9@x.example", text=WORDS), entry(kind=EntryKind.NOTE)),
        written=(
            Written(layout=Layout.FORM_2018, section="account", text=WORDS, by="bob@x.example", at=LIFT),
            Written(layout=Layout.FORM_2016, section="account", text="", by="ann@x.example", at=LIFT),
        ),
    )


def opened(name: str = "i1") -> IncidentOpened:
    return IncidentOpened(at=LIFT, actor="ann@x.example", incident=IncidentId(name), releases=(LMS,))


def test_an_incident_comes_back_as_it_was_opened(records, run):
    run(records.open_incident(full_incident(), [opened()]))

    assert run(records.incident(IncidentId("i1"))) == full_incident()


def test_an_incident_that_was_never_opened_is_not_found(records, run):
    with pytest.raises(NotFound):
        run(records.incident(IncidentId("nobody")))
    with pytest.raises(NotFound):
        run(records.save_incident(incident("nobody"), []))


def test_incidents_are_listed_newest_first(records, run):
    times = {"old": LIFT - MINUTE, "b": LIFT, "a": LIFT, "new": LIFT + MICROSECOND}
    for name, at in times.items():
        run(records.open_incident(incident(name, opened_at=at), []))

    assert [each.id for each in run(records.incidents())] == ["new", "b", "a", "old"]
    assert [each.id for each in run(records.incidents(limit=2))] == ["new", "b"]


def test_of_two_editors_the_second_is_told(records, run):
    run(records.open_incident(incident(), []))
    read_by_both = run(records.incident(IncidentId("i1")))
    first = run(records.save_incident(read_by_both.with_entry(entry(text="first")), []))

    with pytest.raises(Stale):
        run(records.save_incident(read_by_both.with_entry(entry(text="second")), [opened("lost")]))

    assert first.revision == read_by_both.revision + 1
    assert run(records.incident(IncidentId("i1"))) == first
    assert [each.text for each in first.entries] == ["first"]
    assert run(records.happened(IncidentOpened)) == ()


def test_a_change_and_its_event_are_recorded_together(records, store, run):
    run(records.open_incident(incident(), [opened()]))
    held = run(records.incident(IncidentId("i1")))
    made = IncidentEntryMade(at=LIFT, incident=held.id, kind="note", happened_at=LIFT)
    run(records.save_incident(held.with_entry(entry()), [made]))

    assert [each.kind for each in run(store.audit())] == ["IncidentOpened", "IncidentEntryMade"]


def test_the_audit_of_some_kinds_is_in_order_and_of_those_only(records, store, run):
    seen = ContentViewed(at=LIFT, actor="r@x.example", held=HeldId("m1"), releases=(LMS,), how="break_glass")
    saved = ReportSaved(at=LIFT, incident=IncidentId("i1"), layout="2016", section="nature")
    run(store.record([seen, held_event(), saved, RulebookLoaded(at=LIFT, rulebook="x"), seen]))

    found = run(records.happened(ReportSaved, ContentViewed))

    assert [each.kind for each in found] == ["ContentViewed", "ReportSaved", "ContentViewed"]
    assert found[0].body["how"] == "break_glass"
    assert run(records.happened()) == ()


def test_an_incident_changes_the_version(records, store, run):
    seen = [run(store.version())]
    run(records.open_incident(incident(), [opened()]))
    seen.append(run(store.version()))
    run(records.save_incident(run(records.incident(IncidentId("i1"))), [opened()]))
    seen.append(run(store.version()))

    assert len(set(seen)) == 3


def test_a_closed_store_has_no_records(records, store, run):
    run(store.close())

    with pytest.raises(StoreUnavailable):
        run(records.incidents())
    with pytest.raises(StoreUnavailable):
        run(records.open_incident(incident(), []))


def test_incidents_are_there_after_closing_and_opening_again(tmp_path, run):
    first = run(SqliteStore.open(tmp_path / "leakguard.db"))
    run(first.records.open_incident(full_incident(), [opened()]))
    run(first.close())

    second = run(SqliteStore.open(tmp_path / "leakguard.db"))
    found = run(second.records.incidents())
    run(second.close())

    assert found == (full_incident(),)


def test_one_record_that_cannot_be_read_hides_no_other(tmp_path, run):
    store = run(SqliteStore.open(tmp_path / "leakguard.db"))
    records = store.records
    for name in ("i1", "i2"):
        run(records.open_incident(incident(name), []))
    run(store._writer.write(lambda db: db.execute("UPDATE incident SET body = '{}' WHERE id = 'i1'")))

    assert [each.id for each in run(records.incidents())] == ["i2"]
    with pytest.raises(StoreUnavailable):
        run(records.incident(IncidentId("i1")))
    run(store.close())


def test_an_id_is_never_used_twice(records, run):
    run(records.open_incident(incident(), []))

    with pytest.raises((AssertionError, StoreUnavailable)):
        run(records.open_incident(replace(incident(), noticed_how="other"), []))
    assert run(records.incident(IncidentId("i1"))) == incident()
