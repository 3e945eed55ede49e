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

-- 2026-11-22T10:30:00Z in ticks, and a day later.
INSERT INTO settings VALUES ('server-key-check', X'07');
INSERT INTO repositories (id, name, name_key, path, format_version, compression_level, description, added, last_checked, sealed_password, sealed_next_password, parity_percent)
    VALUES ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'main', 'MAIN', '/srv/backup', 2, 1, '', 639309402000000000, NULL, X'010203', NULL, 5);
INSERT INTO tasks VALUES ('6c2e4f0e-5a33-4a6c-8a53-0d0c8d5f6a11', 'docs', 'DOCS', 'workshop', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'Files', '{"OneFileSystem":true}', NULL, '["/usr/share"]', '[]', '', 639309402000000000);
INSERT INTO agents VALUES ('OLD NAME', '{"Name":"Old name","HostName":"old","OperatingSystem":"Linux","UserName":"root","Version":"0.1.0","Sources":[]}', 1, 639309402000000000);
INSERT INTO agents VALUES ('WORKSHOP', '{"Name":"Workshop","HostName":"workshop","OperatingSystem":"Linux","UserName":"root","Version":"0.1.0","Sources":[]}', 1, 639310266000000000);
INSERT INTO agents VALUES ('LAPTOP', '{"Name":"laptop","HostName":"laptop","OperatingSystem":"Linux","UserName":"root","Version":"0.1.0","Sources":[]}', 0, 639310266000000000);
PRAGMA user_version = 5;
