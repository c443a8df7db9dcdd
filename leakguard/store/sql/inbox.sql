-- Statements of the inbox: events that were acknowledged, until each has been dealt with.

-- name: put_item
INSERT INTO inbox (event_id, lane, received_at, body, attempts, next_try_at)
VALUES (:event_id, :lane, :received_at, :body, :attempts, :next_try_at)
ON CONFLICT (event_id) DO NOTHING
RETURNING seq;

-- name: turns
SELECT event_id, lane, received_at, body, attempts, next_try_at FROM inbox
WHERE seq IN (SELECT MIN(seq) FROM inbox WHERE done_at IS NULL GROUP BY lane)
  AND (next_try_at IS NULL OR next_try_at <= :now)
  AND lane NOT IN (SELECT value FROM json_each(:busy))
ORDER BY seq LIMIT :limit;

-- name: item_done
UPDATE inbox SET done_at = :at, body = x'' WHERE event_id = :event_id AND done_at IS NULL RETURNING seq;

-- name: item_later
UPDATE inbox SET attempts = attempts + 1, next_try_at = :at WHERE event_id = :event_id AND done_at IS NULL;

-- name: see_place
INSERT INTO inbox_seen (place, digest, seen_at) VALUES (:place, :digest, :at)
ON CONFLICT (place) DO UPDATE SET digest = excluded.digest, seen_at = excluded.seen_at;

-- name: seen_at_place
SELECT digest FROM inbox_seen WHERE place = :place;

-- name: waiting_items
SELECT COUNT(*), MIN(received_at) FROM inbox WHERE done_at IS NULL;

-- name: sweep_items
DELETE FROM inbox WHERE done_at < :until;

-- name: sweep_seen
DELETE FROM inbox_seen WHERE seen_at < :until;

-- name: set_mark
INSERT INTO inbox_mark (name, at) VALUES (:name, :at) ON CONFLICT (name) DO UPDATE SET at = excluded.at;

-- name: mark_of
SELECT at FROM inbox_mark WHERE name = :name;
