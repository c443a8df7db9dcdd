-- Tokens of people who agreed that what they wrote in Slack is withdrawn, sealed with a key that is not in this file.
-- A consent that is given again after it ended begins with another revision, so that nobody saves over it.

CREATE TABLE consents (
    team           TEXT NOT NULL,
    person         TEXT NOT NULL,
    sealed         BLOB NOT NULL,
    agreed_at      TEXT NOT NULL,
    expires_at     TEXT,
    renewing_until TEXT,
    revision       INTEGER NOT NULL,
    PRIMARY KEY (team, person)
);

-- What may be used once, up to its end.
CREATE TABLE spent (
    digest TEXT PRIMARY KEY,
    until  TEXT NOT NULL
);
