-- The statements about accounts by name. Lists of columns are in the order that account_rows.py reads.

-- name: account
SELECT handle, name, roles, password, totp_secret, totp_step, is_disabled, created_at, signed_in_at, revision
FROM account WHERE handle = :handle;

-- name: accounts
SELECT handle, name, roles, password, totp_secret, totp_step, is_disabled, created_at, signed_in_at, revision
FROM account ORDER BY handle;

-- name: add_account
INSERT INTO account (handle, name, roles, password, totp_secret, totp_step, is_disabled, created_at, signed_in_at,
                     revision)
VALUES (:handle, :name, :roles, :password, :totp_secret, :totp_step, :is_disabled, :created_at, :signed_in_at,
        :revision)
ON CONFLICT (handle) DO NOTHING
RETURNING handle;

-- name: save_account
UPDATE account
SET name = :name, roles = :roles, password = :password, totp_secret = :totp_secret, totp_step = :totp_step,
    is_disabled = :is_disabled, signed_in_at = :signed_in_at, revision = revision + 1
WHERE handle = :handle AND revision = :revision
RETURNING revision;

-- name: count_keepers
SELECT COUNT(*) FROM account WHERE is_disabled = 0 AND ' ' || roles || ' ' LIKE '% administrator %';

-- name: session
SELECT digest, handle, csrf, created_at, seen_at, signed_in_at, signed_in_by, client
FROM session WHERE digest = :digest;

-- name: sessions_of
SELECT digest, handle, csrf, created_at, seen_at, signed_in_at, signed_in_by, client
FROM session WHERE handle = :handle ORDER BY created_at, digest;

-- name: start_session
INSERT INTO session (digest, handle, csrf, created_at, seen_at, signed_in_at, signed_in_by, client)
VALUES (:digest, :handle, :csrf, :created_at, :seen_at, :signed_in_at, :signed_in_by, :client);

-- name: touch_session
UPDATE session SET seen_at = MAX(seen_at, :seen_at) WHERE digest = :digest;

-- name: end_session
DELETE FROM session WHERE digest = :digest RETURNING digest;

-- name: end_sessions
DELETE FROM session WHERE handle = :handle;

-- name: sweep_sessions
DELETE FROM session WHERE created_at <= :created_until;

-- name: token
SELECT digest, handle, name, scopes, created_at, expires_at FROM api_token WHERE digest = :digest;

-- name: tokens_of
SELECT digest, handle, name, scopes, created_at, expires_at FROM api_token
WHERE handle = :handle ORDER BY created_at, digest;

-- name: add_token
INSERT INTO api_token (digest, handle, name, scopes, created_at, expires_at)
VALUES (:digest, :handle, :name, :scopes, :created_at, :expires_at);

-- name: drop_token
DELETE FROM api_token WHERE digest = :digest;

-- name: drop_tokens
DELETE FROM api_token WHERE handle = :handle;

-- name: link
SELECT digest, handle, expires_at FROM link WHERE digest = :digest;

-- name: add_link
INSERT INTO link (digest, handle, expires_at) VALUES (:digest, :handle, :expires_at)
ON CONFLICT (handle) DO UPDATE SET digest = :digest, expires_at = :expires_at;

-- name: take_link
DELETE FROM link WHERE digest = :digest RETURNING digest;

-- name: drop_link
DELETE FROM link WHERE handle = :handle;
