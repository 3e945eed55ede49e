CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE repositories (
    id                   TEXT NOT NULL PRIMARY KEY,
    name                 TEXT NOT NULL,
    name_key             TEXT NOT NULL UNIQUE,
    path                 TEXT NOT NULL UNIQUE,
    format_version       INTEGER NOT NULL,
    compression_level    INTEGER,
    description          TEXT NOT NULL,
    added                INTEGER NOT NULL,
    last_checked         INTEGER,
    sealed_password      BLOB NOT NULL,
    sealed_next_password BLOB
);

CREATE TABLE tasks (
    id             TEXT NOT NULL PRIMARY KEY,
    name           TEXT NOT NULL,
    name_key       TEXT NOT NULL UNIQUE,
    agent          TEXT NOT NULL,
    repository_id  TEXT NOT NULL REFERENCES repositories (id) ON DELETE RESTRICT,
    source         TEXT NOT NULL,
    options        TEXT NOT NULL,
    sealed_options BLOB,
    paths          TEXT NOT NULL,
    tags           TEXT NOT NULL,
    description    TEXT NOT NULL,
    created        INTEGER NOT NULL
);

CREATE INDEX tasks_by_repository ON tasks (repository_id);

-- A run outlives its task and its repository, so it keeps their names and refers to neither.
CREATE TABLE runs (
    ordinal          INTEGER PRIMARY KEY AUTOINCREMENT,
    id               TEXT NOT NULL UNIQUE,
    kind             TEXT NOT NULL,
    state            TEXT NOT NULL,
    task_id          TEXT,
    task             TEXT,
    agent            TEXT,
    repository_id    TEXT NOT NULL,
    repository       TEXT NOT NULL,
    created          INTEGER NOT NULL,
    started          INTEGER,
    ended            INTEGER,
    progress         TEXT NOT NULL,
    bytes_per_second REAL NOT NULL,
    warnings         INTEGER NOT NULL,
    skipped          INTEGER NOT NULL,
    snapshot_id      TEXT,
    error            TEXT
);

CREATE INDEX runs_by_task ON runs (task_id, ordinal);
CREATE INDEX runs_by_repository ON runs (repository_id);
CREATE INDEX runs_by_state ON runs (state, ordinal);

CREATE TABLE run_log (
    run      INTEGER NOT NULL REFERENCES runs (ordinal) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    time     INTEGER NOT NULL,
    level    INTEGER NOT NULL,
    code     INTEGER,
    path     TEXT,
    message  TEXT NOT NULL,
    PRIMARY KEY (run, sequence)
) WITHOUT ROWID;

CREATE TABLE agents (
    name_key    TEXT NOT NULL PRIMARY KEY,
    description TEXT NOT NULL,
    is_embedded INTEGER NOT NULL,
    last_seen   INTEGER NOT NULL
) WITHOUT ROWID;

-- Seconds.
ALTER TABLE repositories ADD COLUMN removal_grace INTEGER NOT NULL DEFAULT 604800;
ALTER TABLE repositories ADD COLUMN sweep_grace INTEGER NOT NULL DEFAULT 86400;

-- How many snapshots there were when the repository was last optimized, and how many this server removed since.
ALTER TABLE repositories ADD COLUMN optimized_snapshots INTEGER;
ALTER TABLE repositories ADD COLUMN removed_snapshots INTEGER NOT NULL DEFAULT 0;

ALTER TABLE runs ADD COLUMN optimization TEXT;

ALTER TABLE repositories ADD COLUMN parity_percent INTEGER NOT NULL DEFAULT 0;

-- Seconds: thirty days.
ALTER TABLE repositories ADD COLUMN verify_within INTEGER NOT NULL DEFAULT 2592000;

CREATE TABLE verifications (
    repository_id    TEXT NOT NULL PRIMARY KEY REFERENCES repositories (id) ON DELETE CASCADE,
    recorded         INTEGER NOT NULL,
    last_share       INTEGER,
    interval         INTEGER NOT NULL,
    since            INTEGER,
    unverified_bytes INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE verified_packs (
    repository_id TEXT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    pack          BLOB NOT NULL,
    known         INTEGER NOT NULL,
    verified      INTEGER,
    PRIMARY KEY (repository_id, pack)
) WITHOUT ROWID;

CREATE TABLE verified_snapshots (
    repository_id TEXT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    snapshot      BLOB NOT NULL,
    verified      INTEGER NOT NULL,
    PRIMARY KEY (repository_id, snapshot)
) WITHOUT ROWID;

-- When the content of a pack was last verified in the packs that a prune copied it from.
ALTER TABLE verified_packs ADD COLUMN carried INTEGER;

-- Only the SHA-256 of a token's secret is kept.
CREATE TABLE enrollment_tokens (
    id             TEXT NOT NULL PRIMARY KEY,
    secret_hash    BLOB NOT NULL,
    kind           TEXT NOT NULL,
    agent_group    TEXT,
    needs_approval INTEGER NOT NULL,
    uses           INTEGER NOT NULL,
    remaining      INTEGER NOT NULL,
    created        INTEGER NOT NULL,
    expires        INTEGER NOT NULL,
    revoked        INTEGER,
    note           TEXT NOT NULL
) WITHOUT ROWID;

-- Who an agent is; what it says of itself stays in agents. No serial: an agent that needs no certificate.
CREATE TABLE agent_identities (
    id              TEXT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    name_key        TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL,
    status          TEXT NOT NULL,
    agent_group     TEXT,
    is_embedded     INTEGER NOT NULL,
    serial          BLOB,
    previous_serial BLOB,
    enrolled        INTEGER NOT NULL,
    enrolled_with   TEXT,
    last_seen       INTEGER,
    last_address    TEXT
) WITHOUT ROWID;

CREATE UNIQUE INDEX agent_identities_one_embedded ON agent_identities (is_embedded) WHERE is_embedded = 1;

-- Agents that were removed, so that their certificates are told from those that nobody knows.
CREATE TABLE revoked_agents (
    id      TEXT NOT NULL PRIMARY KEY,
    revoked INTEGER NOT NULL
) WITHOUT ROWID;

-- The agents so far get ids. All were inside the server; if the machine had other names, the newest is the one.
INSERT INTO agent_identities (id, name, name_key, kind, status, is_embedded, enrolled, last_seen)
SELECT
    lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2)
        || '-' || hex(randomblob(6))),
    json_extract(description, '$.Name'),
    name_key,
    'Server',
    'Approved',
    is_embedded = 1 AND name_key = (SELECT name_key FROM agents WHERE is_embedded = 1 ORDER BY last_seen DESC, name_key LIMIT 1),
    last_seen,
    last_seen
FROM agents;

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

-- Two machines of a group that is written in two ways, one of none, a token and grants for groups that no machine was in. 2026-11-20T08:00:00Z in ticks, and a day later.
INSERT INTO agent_identities (id, name, name_key, kind, status, agent_group, is_embedded, serial, enrolled) VALUES
    ('11111111-1111-4111-8111-111111111111', 'laptop', 'LAPTOP', 'Workstation', 'Approved', 'Büro', 0, X'01', 639307584000000000),
    ('22222222-2222-4222-8222-222222222222', 'desk', 'DESK', 'Workstation', 'Pending', 'büro', 0, X'02', 639308448000000000),
    ('33333333-3333-4333-8333-333333333333', 'rack', 'RACK', 'Server', 'Approved', NULL, 0, X'03', 639308448000000000);
INSERT INTO enrollment_tokens (id, secret_hash, kind, agent_group, needs_approval, uses, remaining, created, expires, note) VALUES
    ('00112233445566aa', zeroblob(32), 'Workstation', 'Visitors', 1, 5, 5, 639308448000000000, 639408448000000000, ''),
    ('00112233445566bb', zeroblob(32), 'Workstation', NULL, 1, 5, 5, 639307584000000000, 639408448000000000, '');
INSERT INTO users (id, name, name_key, description, is_enabled, code_step, grants, created, changed) VALUES
    ('44444444-4444-4444-8444-444444444444', 'anna', 'ANNA', '', 1, 0,
        '[{"Role":1,"Agents":[],"Groups":["BÜRO","Servers"],"Repositories":["repository"]},{"Role":3,"Agents":[],"Groups":[],"Repositories":[]}]', 639307584000000000, 639307584000000000),
    ('55555555-5555-4555-8555-555555555555', 'bert', 'BERT', '', 1, 0, '[]', 639307584000000000, 639307584000000000);
INSERT INTO api_tokens (id, name, name_key, description, secret_hash, grants, created, expires) VALUES
    ('66666666-6666-4666-8666-666666666666', 'script', 'SCRIPT', '', zeroblob(32), '[{"Role":0,"Agents":[],"Groups":["Workshop"],"Repositories":[]}]', 639307584000000000, 639408448000000000);
PRAGMA user_version = 7;
