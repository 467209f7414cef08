-- The object comes last: with it before the entity, look-ups by external id took this index for as good as their own while
-- the statistics of a growing table are old, and an import read all ids of its kind for every row.
DROP INDEX external_ids_entity;
CREATE INDEX external_ids_entity ON external_ids (workspace_id, entity_id, object);
