-- Events that were acknowledged to Slack, until each has been dealt with. Done: the body is emptied, the id stays, so
-- that a late second delivery is known.

CREATE TABLE inbox (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id    TEXT NOT NULL UNIQUE,
    lane        TEXT NOT NULL,
    received_at TEXT NOT NULL,
    body        BLOB NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT,
    done_at     TEXT
);

CREATE INDEX inbox_open ON inbox (lane, seq) WHERE done_at IS NULL;
CREATE INDEX inbox_done ON inbox (done_at) WHERE done_at IS NOT NULL;

-- What was judged at a place last: the digest of its content.
CREATE TABLE inbox_seen (
    place   TEXT PRIMARY KEY,
    digest  TEXT NOT NULL,
    seen_at TEXT NOT NULL
);
