-- What people said about a held message, and a count that rises with every change, so that a list can be kept current.

ALTER TABLE held ADD COLUMN review TEXT NOT NULL DEFAULT '{}';
ALTER TABLE held ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;

CREATE INDEX held_by_change ON held (changed);

UPDATE held SET changed = rowid;
