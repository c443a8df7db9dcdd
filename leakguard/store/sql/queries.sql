-- Every statement of the store by name. Parameters are :named; lists of columns are in the order that rows.py reads.

-- name: add_held
INSERT INTO held (id, key, digest, received_at, direction, channel, mail_from, mail_params, client, head, size,
                  verdict, is_open, wake_at, lease_until, lease_by, revision, review, changed)
VALUES (:id, :key, :digest, :received_at, :direction, :channel, :mail_from, :mail_params, :client, :head, :size,
        :verdict, :is_open, :wake_at, :lease_until, :lease_by, :revision, :review,
        (SELECT number FROM change));

-- name: count_change
UPDATE change SET number = number + 1;

-- name: add_recipient
INSERT INTO held_recipient (held_id, n, address, params, state, decide_again_at, reasons, approved, attempts,
                            next_try_at, last_reply, closed_at)
VALUES (:held_id, :n, :address, :params, :state, :decide_again_at, :reasons, :approved, :attempts,
        :next_try_at, :last_reply, :closed_at);

-- name: add_chunk
INSERT INTO chunk (held_id, n, bytes) VALUES (:held_id, :n, :bytes);

-- name: id_of_key
SELECT id FROM held WHERE key = :key;

-- name: held
SELECT id, key, digest, received_at, direction, channel, mail_from, mail_params, client,
       verdict, lease_until, lease_by, revision, review, head
FROM held WHERE id = :id;

-- name: recipients
SELECT address, params, state, decide_again_at, reasons, approved, attempts, next_try_at, last_reply, closed_at
FROM held_recipient WHERE held_id = :held_id ORDER BY n;

-- name: chunks
SELECT bytes FROM chunk WHERE held_id = :held_id ORDER BY n;

-- name: revision
SELECT revision FROM held WHERE id = :id;

-- name: save_held
UPDATE held
SET verdict = :verdict, is_open = :is_open, wake_at = :wake_at, lease_until = :lease_until, lease_by = :lease_by,
    review = :review, revision = revision + 1, changed = (SELECT number FROM change)
WHERE id = :id AND revision = :revision
RETURNING revision;

-- name: count_recipients
SELECT COUNT(*) FROM held_recipient WHERE held_id = :held_id;

-- name: save_recipient
UPDATE held_recipient
SET state = :state, decide_again_at = :decide_again_at, reasons = :reasons, approved = :approved,
    attempts = :attempts, next_try_at = :next_try_at, last_reply = :last_reply, closed_at = :closed_at
WHERE held_id = :held_id AND n = :n AND address = :address AND params = :params
RETURNING n;

-- name: drop_pending
DELETE FROM held
WHERE id = :id AND revision = :revision
  AND NOT EXISTS (SELECT 1 FROM held_recipient WHERE held_id = :id AND state <> 'pending')
RETURNING id;

-- name: due
SELECT id FROM held
WHERE is_open = 1 AND wake_at <= :now AND (lease_until IS NULL OR lease_until <= :now)
ORDER BY wake_at, received_at, id LIMIT :limit;

-- name: next_wake
SELECT MIN(CASE WHEN lease_until > wake_at THEN lease_until ELSE wake_at END) FROM held WHERE is_open = 1;

-- name: open_held
SELECT id, key, digest, received_at, direction, channel, mail_from, mail_params, client,
       verdict, lease_until, lease_by, revision, review
FROM held WHERE is_open = 1 ORDER BY received_at, id;

-- name: listed_open
SELECT id, key, digest, received_at, direction, channel, mail_from, mail_params, client,
       verdict, lease_until, lease_by, revision, review
FROM held WHERE is_open = 1 ORDER BY received_at DESC, id DESC LIMIT :limit;

-- name: listed
SELECT id, key, digest, received_at, direction, channel, mail_from, mail_params, client,
       verdict, lease_until, lease_by, revision, review
FROM held ORDER BY received_at DESC, id DESC LIMIT :limit;

-- name: changed_since
SELECT id, key, digest, received_at, direction, channel, mail_from, mail_params, client,
       verdict, lease_until, lease_by, revision, review, changed
FROM held WHERE changed > :after ORDER BY changed LIMIT :limit;

-- name: add_audit
INSERT INTO audit (at, kind, actor, held_id, is_act, body) VALUES (:at, :kind, :actor, :held_id, :is_act, :body);

-- name: acts
SELECT kind, body FROM audit WHERE is_act = 1 ORDER BY seq;

-- name: audit
SELECT seq, at, kind, actor, held_id, body FROM audit WHERE seq > :after ORDER BY seq LIMIT :limit;

-- name: audit_of_held
SELECT seq, at, kind, actor, held_id, body FROM audit
WHERE held_id = :held_id AND seq > :after ORDER BY seq LIMIT :limit;

-- name: audit_between
SELECT seq, at, kind, actor, held_id, body FROM audit INDEXED BY audit_by_time
WHERE (at, seq) > (:since, :after) AND at < :until AND kind IN (SELECT value FROM json_each(:kinds))
ORDER BY at, seq LIMIT :limit;

-- name: open_copies
SELECT json_extract(reason.value, '$.release') AS release, COUNT(DISTINCT copy.held_id || ' ' || copy.n)
FROM held JOIN held_recipient AS copy ON copy.held_id = held.id JOIN json_each(copy.reasons) AS reason
WHERE held.is_open = 1 AND copy.state IN ('pending', 'held', 'sending') AND release IS NOT NULL
GROUP BY release ORDER BY release;

-- name: add_notice
INSERT INTO outbox (id, dedupe, addressees, subject, text, held_id, created_at, attempts, next_try_at, sent_at)
VALUES (:id, :dedupe, :addressees, :subject, :text, :held_id, :created_at, :attempts, :next_try_at, :sent_at)
ON CONFLICT (dedupe) DO NOTHING;

-- name: notices_due
SELECT id, dedupe, addressees, subject, text, held_id, created_at, attempts, next_try_at, sent_at
FROM outbox WHERE sent_at IS NULL AND next_try_at <= :now ORDER BY next_try_at, created_at, id LIMIT :limit;

-- name: save_notice
UPDATE outbox SET attempts = :attempts, next_try_at = :next_try_at, sent_at = :sent_at WHERE dedupe = :dedupe;

-- name: forget_notices
DELETE FROM outbox WHERE held_id = :held_id AND sent_at IS NULL;

-- name: unsay_notice
DELETE FROM outbox WHERE dedupe = :dedupe AND sent_at IS NULL RETURNING id;

-- name: add_secret
INSERT INTO secret (only_row, bytes) VALUES (1, :bytes) ON CONFLICT (only_row) DO NOTHING;

-- name: secret
SELECT bytes FROM secret WHERE only_row = 1;
