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
