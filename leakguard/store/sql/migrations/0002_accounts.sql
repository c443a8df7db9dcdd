-- Accounts of the review pages, their sessions, API tokens and one-time links. Of tokens and links the digest only.

CREATE TABLE account (
    handle       TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    roles        TEXT NOT NULL,  -- words between blanks
    password     TEXT,
    totp_secret  BLOB,
    totp_step    INTEGER NOT NULL,
    is_disabled  INTEGER NOT NULL,
    created_at   TEXT NOT NULL,
    signed_in_at TEXT,
    revision     INTEGER NOT NULL
);

CREATE TABLE session (
    digest       TEXT PRIMARY KEY,
    handle       TEXT NOT NULL REFERENCES account (handle) ON DELETE CASCADE,
    csrf         TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    seen_at      TEXT NOT NULL,
    signed_in_at TEXT NOT NULL,
    signed_in_by TEXT NOT NULL,
    client       TEXT NOT NULL
);

CREATE INDEX session_of_account ON session (handle);

CREATE TABLE api_token (
    digest     TEXT PRIMARY KEY,
    handle     TEXT NOT NULL REFERENCES account (handle) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

CREATE INDEX api_token_of_account ON api_token (handle);

-- One at a time for each account: a new one makes the last one void.
CREATE TABLE link (
    handle     TEXT PRIMARY KEY REFERENCES account (handle) ON DELETE CASCADE,
    digest     TEXT NOT NULL UNIQUE,
    expires_at TEXT NOT NULL
);
