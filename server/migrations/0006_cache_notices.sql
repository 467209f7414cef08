-- Tells every process which tables of a workspace a transaction changed, at its commit, so that their caches of
-- answers know. Equal notices of one transaction are sent once. The payload is
-- "<application_name> <workspace> <table>"; a process skips its own.
-- compatible-from: 0011

-- For a table's triggers, by keep_triggers().
CREATE FUNCTION notify_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  workspace int;
BEGIN
  IF TG_OP = 'DELETE' THEN
    FOR workspace IN SELECT DISTINCT workspace_id FROM old_rows LOOP
      PERFORM pg_notify('rapport_changes', concat_ws(' ', current_setting('application_name'), workspace, TG_TABLE_NAME));
    END LOOP;
  ELSE
    FOR workspace IN SELECT DISTINCT workspace_id FROM new_rows LOOP
      PERFORM pg_notify('rapport_changes', concat_ws(' ', current_setting('application_name'), workspace, TG_TABLE_NAME));
    END LOOP;
  END IF;
  RETURN NULL;
END $$;

-- A workspace's own settings are a subject too: reports are in its currency and time zone.
CREATE FUNCTION notify_workspace_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('rapport_changes', concat_ws(' ', current_setting('application_name'), NEW.id, 'workspace'));
  RETURN NULL;
END $$;
CREATE TRIGGER notify_update AFTER UPDATE ON workspaces FOR EACH ROW EXECUTE FUNCTION notify_workspace_change();
