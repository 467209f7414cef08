-- Tells every process which tables of a workspace a transaction changed, at its commit, so that their caches of
-- answers know. Equal notices of one transaction are sent once. The payload is
-- "<application_name> <workspace> <table>"; a process skips its own.

CREATE FUNCTION notify_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  workspace int;
BEGIN
  FOR workspace IN SELECT DISTINCT workspace_id FROM changed_rows LOOP
    PERFORM pg_notify('rapport_changes', concat_ws(' ', current_setting('application_name'), workspace, TG_TABLE_NAME));
  END LOOP;
  RETURN NULL;
END $$;

DO $$
DECLARE
  changed text;
BEGIN
  FOREACH changed IN ARRAY ARRAY['customers', 'companies', 'sales_representatives', 'products', 'orders', 'interactions'] LOOP
    EXECUTE format('CREATE TRIGGER notify_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS changed_rows
      FOR EACH STATEMENT EXECUTE FUNCTION notify_changes()', changed);
    EXECUTE format('CREATE TRIGGER notify_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed_rows
      FOR EACH STATEMENT EXECUTE FUNCTION notify_changes()', changed);
    EXECUTE format('CREATE TRIGGER notify_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS changed_rows
      FOR EACH STATEMENT EXECUTE FUNCTION notify_changes()', changed);
  END LOOP;
END $$;

-- A workspace's own settings are a subject too: reports are in its currency and time zone.
CREATE FUNCTION notify_workspace_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('rapport_changes', concat_ws(' ', current_setting('application_name'), NEW.id, 'workspace'));
  RETURN NULL;
END $$;
CREATE TRIGGER notify_update AFTER UPDATE ON workspaces FOR EACH ROW EXECUTE FUNCTION notify_workspace_change();
