-- Statements of the records that people keep: incidents, and the audit by kind.

-- name: add_incident
INSERT INTO incident (id, opened_at, revision, body) VALUES (:id, :opened_at, :revision, :body);

-- name: incident
SELECT revision, body FROM incident WHERE id = :id;

-- name: incidents
SELECT revision, body FROM incident ORDER BY opened_at DESC, id DESC LIMIT :limit;

-- name: save_incident
UPDATE incident SET body = :body, revision = revision + 1 WHERE id = :id AND revision = :revision
RETURNING revision;

-- name: audit_of_kind
SELECT seq, at, kind, actor, held_id, body FROM audit WHERE kind = :kind ORDER BY seq;
