-- Grants are JSON: they are read and written whole. Passwords are kept as Argon2id says (its text form), secrets of one-time codes sealed.
CREATE TABLE users (
    id            TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL,
    name_key      TEXT NOT NULL UNIQUE,
    description   TEXT NOT NULL,
    is_enabled    INTEGER NOT NULL,
    password_hash TEXT,
    certificate   TEXT UNIQUE,
    code_secret   BLOB,
    code_pending  BLOB,
    code_step     INTEGER NOT NULL,
    grants        TEXT NOT NULL,
    created       INTEGER NOT NULL,
    changed       INTEGER NOT NULL,
    last_login    INTEGER
) WITHOUT ROWID;

-- Only the SHA-256 of a token's secret is kept.
CREATE TABLE api_tokens (
    id          TEXT NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    grants      TEXT NOT NULL,
    created     INTEGER NOT NULL,
    expires     INTEGER NOT NULL,
    last_login  INTEGER
) WITHOUT ROWID;

-- What waits for a second administrator.
CREATE TABLE removal_requests (
    id           TEXT NOT NULL PRIMARY KEY,
    kind         TEXT NOT NULL,
    target       TEXT NOT NULL,
    arguments    TEXT NOT NULL,
    caller_kind  TEXT NOT NULL,
    caller_id    TEXT,
    requested_by TEXT NOT NULL,
    requested    INTEGER NOT NULL,
    expires      INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit_log (
    number      INTEGER NOT NULL PRIMARY KEY,
    time        INTEGER NOT NULL,
    caller_kind TEXT NOT NULL,
    caller      TEXT NOT NULL,
    origin      TEXT NOT NULL,
    action      TEXT NOT NULL,
    target      TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    error       INTEGER,
    begun       INTEGER,
    hash        BLOB NOT NULL
);

CREATE INDEX audit_log_by_time ON audit_log (time);

CREATE TRIGGER audit_log_is_never_changed BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'Entries of the audit log are never changed.');
END;

CREATE TRIGGER audit_log_is_never_shortened BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'Entries of the audit log are never removed.');
END;

CREATE TRIGGER audit_log_grows_at_its_end BEFORE INSERT ON audit_log
WHEN NEW.number <= (SELECT max(number) FROM audit_log)
BEGIN
    SELECT RAISE(ABORT, 'Entries of the audit log are added at its end.');
END;
