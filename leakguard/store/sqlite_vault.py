"""The vault in the one SQLite file, written by its one thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import apsw

from leakguard.model.consent import Consent
from leakguard.model.errors import Stale
from leakguard.model.events import Event
from leakguard.store import rows
from leakguard.store.codec import column, text_of, time_of, time_or_none, time_text
from leakguard.store.queries import QUERIES
from leakguard.store.writer import Writer


class SqliteVault:
    """Made over the writer of an open SqliteStore, and closed with it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def consent(self, team: str, person: str) -> Consent | None:
        values = {"team": column(team), "person": column(person)}
        found = await self._writer.read(lambda db: list(db.execute(QUERIES["consent"], values)))
        return _consent(found[0]) if found else None

    async def agreed(self, team: str) -> int:
        values = {"team": column(team)}
        return int(await self._writer.read(lambda db: db.execute(QUERIES["count_consents"], values).get))

    async def keep(self, consent: Consent, events: Sequence[Event] = ()) -> Consent:
        def work(db: apsw.Connection) -> Consent:
            revision = db.execute(QUERIES["keep_consent"], _values(consent)).get
            _append(db, events)
            return replace(consent, revision=revision)

        return await self._writer.write(work)

    async def save(self, consent: Consent) -> Consent:
        def work(db: apsw.Connection) -> Consent:
            revision = db.execute(QUERIES["save_consent"], _values(consent)).get
            if revision is None:
                raise Stale("somebody else changed this consent first")
            return replace(consent, revision=revision)

        return await self._writer.write(work)

    async def drop(self, team: str, person: str, events: Sequence[Event] = ()) -> bool:
        def work(db: apsw.Connection) -> bool:
            values = {"team": column(team), "person": column(person)}
            if db.execute(QUERIES["drop_consent"], values).get is None:
                return False
            _append(db, events)
            return True

        return await self._writer.write(work)

    async def spend(self, digest: str, until: datetime, now: datetime) -> bool:
        def work(db: apsw.Connection) -> bool:
            db.execute(QUERIES["sweep_spent"], {"now": time_text(now)})
            values = {"digest": column(digest), "until": time_text(until)}
            return db.execute(QUERIES["spend"], values).get is not None

        return await self._writer.write(work)


def _append(db: apsw.Connection, events: Sequence[Event]) -> None:
    db.executemany(QUERIES["add_audit"], (rows.audit_values(each) for each in events))


def _values(consent: Consent) -> rows.Values:
    return {
        "team": column(consent.team),
        "person": column(consent.person),
        "sealed": consent.sealed,
        "agreed_at": time_text(consent.agreed_at),
        "expires_at": time_or_none(consent.expires_at),
        "renewing_until": time_or_none(consent.renewing_until),
        "revision": consent.revision,
    }


def _consent(row: rows.Row) -> Consent:
    team, person, sealed, agreed_at, expires_at, renewing_until, revision = row
    return Consent(
        team=text_of(team),
        person=text_of(person),
        sealed=sealed,
        agreed_at=time_of(agreed_at),
        expires_at=None if expires_at is None else time_of(expires_at),
        renewing_until=None if renewing_until is None else time_of(renewing_until),
        revision=revision,
    )
