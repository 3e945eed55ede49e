-- When the content of a pack was last verified in the packs that a prune copied it from.
ALTER TABLE verified_packs ADD COLUMN carried INTEGER;
