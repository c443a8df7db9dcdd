-- Statements of the vault: sealed tokens of people who agreed, and what may be used once.

-- name: consent
SELECT team, person, sealed, agreed_at, expires_at, renewing_until, revision FROM consents
WHERE team = :team AND person = :person;

-- name: count_consents
SELECT COUNT(*) FROM consents WHERE team = :team OR :team = '';

-- name: keep_consent
INSERT INTO consents (team, person, sealed, agreed_at, expires_at, renewing_until, revision)
VALUES (:team, :person, :sealed, :agreed_at, :expires_at, :renewing_until, random() & 0x3FFFFFFFFFFF)
ON CONFLICT (team, person) DO UPDATE SET
    sealed = excluded.sealed, agreed_at = excluded.agreed_at, expires_at = excluded.expires_at,
    renewing_until = excluded.renewing_until, revision = consents.revision + 1
RETURNING revision;

-- name: save_consent
UPDATE consents SET
    sealed = :sealed, agreed_at = :agreed_at, expires_at = :expires_at, renewing_until = :renewing_until,
    revision = revision + 1
WHERE team = :team AND person = :person AND revision = :revision
RETURNING revision;

-- name: drop_consent
DELETE FROM consents WHERE team = :team AND person = :person RETURNING revision;

-- name: spend
INSERT INTO spent (digest, until) VALUES (:digest, :until) ON CONFLICT (digest) DO NOTHING RETURNING 1;

-- name: sweep_spent
DELETE FROM spent WHERE until < :now;
