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
