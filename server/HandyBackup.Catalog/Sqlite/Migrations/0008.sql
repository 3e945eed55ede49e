-- A rule is JSON: it is read and written whole.
CREATE TABLE agent_groups (
    id          TEXT NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    rule        TEXT,
    created     INTEGER NOT NULL
) WITHOUT ROWID;

-- Who is listed; who fits the rule is found when it is asked.
CREATE TABLE agent_group_members (
    group_id TEXT NOT NULL REFERENCES agent_groups (id) ON DELETE CASCADE,
    agent_id TEXT NOT NULL REFERENCES agent_identities (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, agent_id)
) WITHOUT ROWID;

CREATE INDEX agent_group_members_by_agent ON agent_group_members (agent_id);

-- Groups were texts so far: of agents, of enrolment tokens and of grants. Each becomes a group of its own, since the time when the first agent came to it, or now.
INSERT INTO agent_groups (id, name, name_key, description, created)
SELECT
    lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2)
        || '-' || hex(randomblob(6))),
    min(name),
    name_key(name),
    '',
    -- Ticks: 100 ns since the year 1.
    coalesce(min(since), (unixepoch() + 62135596800) * 10000000)
FROM (
    SELECT agent_group AS name, enrolled AS since FROM agent_identities
    UNION ALL SELECT agent_group, created FROM enrollment_tokens
    UNION ALL SELECT g.value, NULL FROM users, json_each(users.grants) AS one, json_each(one.value, '$.Groups') AS g
    UNION ALL SELECT g.value, NULL FROM api_tokens, json_each(api_tokens.grants) AS one, json_each(one.value, '$.Groups') AS g
)
WHERE name IS NOT NULL
GROUP BY name_key(name);

INSERT INTO agent_group_members (group_id, agent_id)
SELECT g.id, a.id FROM agent_identities AS a JOIN agent_groups AS g ON g.name_key = name_key(a.agent_group);

ALTER TABLE agent_identities DROP COLUMN agent_group;
ALTER TABLE agent_identities ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';

ALTER TABLE enrollment_tokens ADD COLUMN group_id TEXT REFERENCES agent_groups (id) ON DELETE SET NULL;
UPDATE enrollment_tokens SET group_id = (SELECT id FROM agent_groups WHERE agent_groups.name_key = name_key(agent_group)) WHERE agent_group IS NOT NULL;
ALTER TABLE enrollment_tokens DROP COLUMN agent_group;

-- Grants hold groups by id from now on, as they hold agents: whoever takes a name does not take its rights.
UPDATE users SET grants = (
    SELECT json_group_array(json_set(one.value, '$.Groups', json(
        (SELECT json_group_array(g.id) FROM json_each(one.value, '$.Groups') AS n JOIN agent_groups AS g ON g.name_key = name_key(n.value)))))
    FROM json_each(users.grants) AS one);
UPDATE api_tokens SET grants = (
    SELECT json_group_array(json_set(one.value, '$.Groups', json(
        (SELECT json_group_array(g.id) FROM json_each(one.value, '$.Groups') AS n JOIN agent_groups AS g ON g.name_key = name_key(n.value)))))
    FROM json_each(api_tokens.grants) AS one);

-- A group's task has an empty agent. The window is in ticks of 100 ns.
ALTER TABLE tasks ADD COLUMN group_id TEXT REFERENCES agent_groups (id) ON DELETE RESTRICT;
ALTER TABLE tasks ADD COLUMN start_window INTEGER NOT NULL DEFAULT 0;
CREATE INDEX tasks_by_group ON tasks (group_id);

CREATE INDEX runs_by_task_and_agent ON runs (task_id, agent, ordinal);
