-- Seconds.
ALTER TABLE repositories ADD COLUMN removal_grace INTEGER NOT NULL DEFAULT 604800;
ALTER TABLE repositories ADD COLUMN sweep_grace INTEGER NOT NULL DEFAULT 86400;

-- How many snapshots there were when the repository was last optimized, and how many this server removed since.
ALTER TABLE repositories ADD COLUMN optimized_snapshots INTEGER;
ALTER TABLE repositories ADD COLUMN removed_snapshots INTEGER NOT NULL DEFAULT 0;

ALTER TABLE runs ADD COLUMN optimization TEXT;
