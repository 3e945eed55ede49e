-- The agent whose place the machine takes that enrols with the token; none for a token that makes new agents.
ALTER TABLE enrollment_tokens ADD COLUMN agent_id TEXT;
