-- Written for SQLite. PostgreSQL takes the same with BYTEA for BLOB and an identity column for audit.seq.
-- Times are UTC text of one width (2026-03-31T08:30:00.000000+00:00), so that text order is time order.
-- Never edit a migration that was published: add the next number.

CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY
);

CREATE TABLE held (
    id          TEXT PRIMARY KEY,
    key         TEXT NOT NULL UNIQUE,
    digest      TEXT NOT NULL,
    received_at TEXT NOT NULL,
    direction   TEXT NOT NULL,
    channel     TEXT NOT NULL,
    mail_from   TEXT NOT NULL,
    mail_params TEXT NOT NULL,
    client      TEXT NOT NULL,
    head        BLOB NOT NULL,
    size        INTEGER NOT NULL,
    verdict     TEXT NOT NULL,
    is_open     INTEGER NOT NULL,
    wake_at     TEXT,
    lease_until TEXT,
    lease_by    TEXT NOT NULL,
    revision    INTEGER NOT NULL
);

CREATE INDEX held_to_wake ON held (wake_at) WHERE is_open = 1;
CREATE INDEX held_by_age ON held (received_at, id);

CREATE TABLE held_recipient (
    held_id         TEXT NOT NULL REFERENCES held (id) ON DELETE CASCADE,
    n               INTEGER NOT NULL,
    address         TEXT NOT NULL,
    params          TEXT NOT NULL,
    state           TEXT NOT NULL,
    decide_again_at TEXT,
    reasons         TEXT NOT NULL,
    approved        TEXT NOT NULL,
    attempts        INTEGER NOT NULL,
    next_try_at     TEXT,
    last_reply      TEXT NOT NULL,
    closed_at       TEXT,
    PRIMARY KEY (held_id, n)
);

-- The content in rows of at most 256 KB, in the transaction of its message. Empty content has no row.
CREATE TABLE chunk (
    held_id TEXT NOT NULL REFERENCES held (id) ON DELETE CASCADE,
    n       INTEGER NOT NULL,
    bytes   BLOB NOT NULL,
    PRIMARY KEY (held_id, n)
);

-- held_id refers to nothing on purpose: the audit outlives what it tells of.
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT NOT NULL,
    kind    TEXT NOT NULL,
    actor   TEXT NOT NULL,
    held_id TEXT,
    is_act  INTEGER NOT NULL,
    body    TEXT NOT NULL
);

CREATE INDEX audit_of_held ON audit (held_id, seq) WHERE held_id IS NOT NULL;
CREATE INDEX audit_acts ON audit (seq) WHERE is_act = 1;

CREATE TABLE outbox (
    dedupe      TEXT PRIMARY KEY,
    id          TEXT NOT NULL,
    addressees  TEXT NOT NULL,
    subject     TEXT NOT NULL,
    text        TEXT NOT NULL,
    held_id     TEXT,
    created_at  TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    next_try_at TEXT NOT NULL,
    sent_at     TEXT
);

CREATE INDEX outbox_unsent ON outbox (next_try_at) WHERE sent_at IS NULL;

CREATE TABLE secret (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    bytes    BLOB NOT NULL
);
