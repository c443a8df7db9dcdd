-- What people in Slack were shown of a held post: which message of Slack's that is, and a digest of what it says.

CREATE TABLE cards (
    held    TEXT NOT NULL,
    whose   TEXT NOT NULL,
    channel TEXT NOT NULL,
    ts      TEXT NOT NULL,
    digest  TEXT NOT NULL,
    PRIMARY KEY (held, whose)
) WITHOUT ROWID;

-- The audit line up to which the cards tell what happened.
CREATE TABLE cards_told (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL
);
