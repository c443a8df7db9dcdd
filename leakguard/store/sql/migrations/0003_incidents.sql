-- Incidents, each as one record: nothing in it is searched, and it is saved whole by compare-and-set.
-- It holds what people wrote and may quote messages; the audit does not.

CREATE TABLE incident (
    id        TEXT PRIMARY KEY,
    opened_at TEXT NOT NULL,
    revision  INTEGER NOT NULL,
    body      TEXT NOT NULL
);

CREATE INDEX incident_by_age ON incident (opened_at, id);

-- The record of access asks for the views among everything that ever happened.
CREATE INDEX audit_by_kind ON audit (kind, seq);
