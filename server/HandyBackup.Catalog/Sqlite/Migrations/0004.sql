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
