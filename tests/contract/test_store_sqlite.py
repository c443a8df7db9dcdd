"""What only a file can promise: its mode, its schema, other processes beside us."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import fields, replace
from datetime import datetime
from enum import StrEnum
from time import perf_counter
from typing import get_args, get_type_hints

import apsw
import pytest

from leakguard.model import account_events, consent, events, leak_report
from leakguard.model.content import Verdict
from leakguard.model.errors import StoreUnavailable
from leakguard.model.events import Act, Event
from leakguard.model.held import State
from leakguard.model.ids import HeldId
from leakguard.store.codec import EVENTS, column, dumps, event_of, loads, text_of, time_text
from leakguard.store.connection import refuse_old_library
from leakguard.store.queries import MIGRATIONS, QUERIES
from leakguard.store.rows import chunk_values, held_values, recipient_values
from leakguard.store.sqlite import SqliteStore
from tests.contract.store_samples import LIFT, MINUTE, VERDICT, copy, held_event, message, notice

OTHER_PROCESS = """
import asyncio, sys
from datetime import datetime, UTC
from pathlib import Path
from leakguard.model.events import RulebookLoaded
from leakguard.store.sqlite import SqliteStore
async def main():
    store = await SqliteStore.open(Path(sys.argv[1]))
    await store.record([RulebookLoaded(at=datetime(2026, 3, 31, tzinfo=UTC), rulebook="x")])
    await store.close()
asyncio.run(main())
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "leakguard.db"


@pytest.fixture
def store(path, run):
    opened = run(SqliteStore.open(path))
    yield opened
    run(opened.close())


def test_everything_is_there_after_closing_and_opening_again(path, run):
    first = run(SqliteStore.open(path))
    held = run(first.hold(message(), [held_event()], [notice()]))
    secret = run(first.secret())
    run(first.close())

    second = run(SqliteStore.open(path))

    assert run(second.get(held.id)) == held
    assert len(run(second.audit())) == 1
    assert run(second.notices_due(LIFT, 1)) == (notice(),)
    assert run(second.secret()) == secret
    run(second.close())


def test_closing_does_what_waits(path, run):
    async def hold_and_close():
        store = await SqliteStore.open(path)
        holds = [asyncio.ensure_future(store.hold(message(f"m{n}"), [], [])) for n in range(100)]
        await asyncio.sleep(0)
        await store.close()
        return await asyncio.gather(*holds)

    assert len(run(hold_and_close())) == 100

    again = run(SqliteStore.open(path))
    assert len(run(again.listing())) == 100
    run(again.close())


def test_only_the_owner_may_read_the_files(store, path, run):
    run(store.hold(message(), [], []))

    files = list(path.parent.iterdir())

    assert {each.name for each in files} == {"leakguard.db", "leakguard.db-wal", "leakguard.db-shm"}
    assert {each.stat().st_mode & 0o777 for each in files} == {0o600}


def test_content_lies_in_small_rows_and_goes_with_its_message(store, path, run):
    other = apsw.Connection(str(path))
    held = run(store.hold(message(content=bytes(700 * 1024), recipients=(copy(state=State.PENDING),)), [], []))
    assert list(other.execute("SELECT length(bytes) FROM chunk ORDER BY n")) == [(262144,), (262144,), (192512,)]

    run(store.drop_pending(held))

    assert other.execute("SELECT (SELECT COUNT(*) FROM chunk) + (SELECT COUNT(*) FROM held_recipient)").get == 0
    other.close()


def test_no_text_needs_more_than_utf_8_without_nul():
    for text in ("a\0b", "\udc80", "\\u0000", "\\", "\\\\udcff", "\u8c9d"):
        stored = column(text)

        assert "\0" not in stored
        assert text_of(stored.encode().decode()) == text


def test_the_version_changes_by_another_process(store, path, run):
    before = run(store.version())

    subprocess.run([sys.executable, "-c", OTHER_PROCESS, str(path)], check=True)

    assert run(store.version()) != before
    assert len(run(store.audit())) == 1


def test_a_save_made_stale_by_another_connection_is_told(store, path, run):
    other = run(SqliteStore.open(path))
    held = run(store.hold(message(), [], []))
    run(other.save(replace(held, lease_by="other"), [], []))

    answer = run(asyncio_gather(store.save(held, [], []), store.hold(message("m2"), [], [])))

    assert type(answer[0]).__name__ == "Stale"
    assert answer[1].id == "m2", "one caller's refusal does not undo the others"
    run(other.close())


def test_a_writer_waits_for_another_that_is_writing(store, path, run):
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")

    async def hold_while_locked():
        task = asyncio.ensure_future(store.hold(message(), [], []))
        answered, _ = await asyncio.wait({task}, timeout=0.05)
        other.execute("COMMIT")
        await task
        return answered

    assert not run(hold_while_locked())
    other.close()


def test_ten_may_open_a_new_file_at_once(path, run):
    async def ten():
        stores = await asyncio.gather(*(SqliteStore.open(path) for _ in range(10)))
        secrets = {await each.secret() for each in stores}
        for each in stores:
            await each.close()
        return secrets

    assert len(run(ten())) == 1


def test_a_newer_schema_is_refused(path, run):
    run(run(SqliteStore.open(path)).close())
    connection = apsw.Connection(str(path))
    connection.execute("INSERT INTO schema_version VALUES (?)", (MIGRATIONS[-1][0] + 1,))
    connection.close()

    with pytest.raises(StoreUnavailable, match="schema"):
        run(SqliteStore.open(path))


def test_a_store_from_before_reviews_lists_its_messages_as_they_were(path, run):
    old = apsw.Connection(str(path))
    old.execute(dict(MIGRATIONS)[1])
    old.execute("INSERT INTO schema_version VALUES (1)")
    names = ("m1", "m2", "m3")
    for name in names:
        values = {key: each for key, each in held_values(message(name)).items() if key != "review"}
        old.execute(
            f"INSERT INTO held ({', '.join(values)}) VALUES ({', '.join(f':{each}' for each in values)})", values
        )
        old.executemany(QUERIES["add_recipient"], recipient_values(message(name)))
        old.executemany(QUERIES["add_chunk"], chunk_values(message(name)))
    old.execute("DELETE FROM held WHERE id = 'm2'")
    old.close()

    store = run(SqliteStore.open(path))

    mark, found = run(store.changed_since(0, 10))
    assert found == tuple(replace(message(name), content=b"", head=b"") for name in ("m1", "m3"))
    run(store.save(message("m1"), [], []))
    run(store.hold(message("m4"), [], []))
    assert [each.id for each in run(store.changed_since(mark, 10))[1]] == ["m1", "m4"]
    run(store.close())


def test_what_is_no_database_is_refused_and_left_alone(path, run):
    path.write_bytes(b"not a database, but 100 bytes long at least" * 100)

    with pytest.raises(StoreUnavailable):
        run(SqliteStore.open(path))
    with pytest.raises(StoreUnavailable):
        run(SqliteStore.open(path.parent / "no" / "such" / "folder.db"))

    assert path.read_bytes().startswith(b"not a database")


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.9.99", "2.99.99"])
def test_a_library_with_the_wal_reset_race_is_refused(version):
    with pytest.raises(StoreUnavailable, match=version):
        refuse_old_library(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.54.1", "4.0.0", apsw.sqlite_lib_version()])
def test_a_library_without_it_is_taken(version):
    refuse_old_library(version)


def test_every_event_has_its_form_in_the_store():
    base = {Event, Act, events.AboutHeld}
    known = (vars(events) | vars(account_events) | vars(consent) | vars(leak_report)).values()
    classes = {each for each in known if isinstance(each, type) and issubclass(each, Event)} - base

    assert set(EVENTS.values()) == classes
    for each in classes:
        event = each(**{field.name: _value(get_type_hints(each)[field.name]) for field in fields(each)})
        assert event_of(each.__name__, dumps(event)) == event


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", '{"findings":1}', '{"rulebook":1}', '{"new":""}', '{"gaps":[{"part":"1","kind":"?"}]}', "{"],
)
def test_a_verdict_that_does_not_fit_is_refused_without_its_text(text):
    with pytest.raises(StoreUnavailable) as caught:
        loads(Verdict, text)

    assert caught.value.__context__ is None
    assert loads(Verdict, dumps(VERDICT)) == VERDICT


def test_an_event_of_a_newer_version_is_refused():
    with pytest.raises(StoreUnavailable):
        event_of("Event", "{}")


def test_an_error_of_the_database_does_not_quote_a_message(store, run):
    run(store.hold(message(), [], []))

    with pytest.raises(StoreUnavailable) as caught:
        run(store.hold(message(key="other key", mail_from="secret@x.example"), [], []))

    assert str(caught.value) == f"the store did not answer: ConstraintError {apsw.SQLITE_CONSTRAINT_PRIMARYKEY}"
    assert caught.value.__context__ is None
    assert run(store.get(HeldId("m1"))) == message()


def test_queries_used_to_decide_have_an_index(store, path, run):
    connection = apsw.Connection(str(path))
    for name in ("due", "id_of_key", "audit_of_held", "acts", "notices_due", "listed", "changed_since"):
        values = dict.fromkeys(("now", "limit", "key", "held_id", "after"), 1)
        plan = " ".join(row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + QUERIES[name], values))
        assert "USING" in plan, (name, plan)
    connection.close()


def test_the_audit_of_some_days_is_read_from_its_index_alone_and_in_its_order(store, path, run):
    connection = apsw.Connection(str(path))
    values = {"since": "2026", "until": "2027", "kinds": '["Held"]', "after": 0, "limit": 9}

    plan = [row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + QUERIES["audit_between"], values)]

    assert any("SEARCH audit USING INDEX audit_by_time" in step for step in plan), plan
    assert not any("TEMP B-TREE" in step or "SCAN audit" in step for step in plan), plan
    connection.close()


@pytest.mark.bench
def test_a_day_of_a_million_audit_lines_is_read_in_a_blink(store, path, run):
    other = apsw.Connection(str(path))
    other.execute("PRAGMA synchronous=OFF; BEGIN")
    body = dumps(held_event())
    start = LIFT - 1_000_000 * MINUTE
    lines = ((time_text(start + n * MINUTE), "Held" if n % 100 == 0 else "Flagged", body) for n in range(1_000_000))
    other.executemany("INSERT INTO audit (at, kind, actor, is_act, body) VALUES (?, ?, 'leakguard', 0, ?)", lines)
    other.execute("COMMIT")
    other.close()

    began = perf_counter()
    found = run(store.audit_between(LIFT - 5000 * MINUTE, LIFT, ("Held",)))
    took = perf_counter() - began

    assert len(found) == 50
    assert took < 0.05, "a scan of the whole takes many times as long"


async def asyncio_gather(*awaitables):
    return await asyncio.gather(*awaitables, return_exceptions=True)


def _value(hint):
    kinds = [each for each in (hint, *get_args(hint)) if isinstance(each, type) and issubclass(each, StrEnum)]
    if kinds:
        first = next(iter(kinds[0]))
        return first if kinds[0] is hint else (first,)
    samples = {str: "x\udcff", int: 3, bool: True, tuple[str, ...]: ("a", "b"), datetime: LIFT, datetime | None: LIFT}
    return samples.get(hint, ("r",) if getattr(hint, "__origin__", None) is tuple else "id")
