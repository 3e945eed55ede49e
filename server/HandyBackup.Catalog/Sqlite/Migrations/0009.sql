-- The SHA-256 of the public key that an agent enrolled with, until it has used its certificate: by it the same machine is known again whose answer was lost. Agents so far have received theirs.
ALTER TABLE agent_identities ADD COLUMN enrollment_key BLOB;
