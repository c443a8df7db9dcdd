-- What people said about a held message, and a count that rises with every change, so that a list can be kept current.

ALTER TABLE held ADD COLUMN review TEXT NOT NULL DEFAULT '{}';
ALTER TABLE held ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;

CREATE INDEX held_by_change ON held (changed);

UPDATE held SET changed = rowid;

-- A row of its own, and not MAX(changed): after a message is dropped, its number must not come again.
CREATE TABLE change (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    number   INTEGER NOT NULL
);

INSERT INTO change (only_row, number) SELECT 1, COALESCE(MAX(changed), 0) FROM held;
