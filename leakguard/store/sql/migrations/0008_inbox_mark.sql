-- Up to which instant a door has heard everything, or has looked for what it did not hear.

CREATE TABLE inbox_mark (
    name TEXT PRIMARY KEY,
    at   TEXT NOT NULL
);
