-- Exact summaries. Statement triggers append signed deltas to summary_delta in the writing transaction;
-- fold_summaries() merges them into summary every few seconds; a read adds both, so it is exact in every snapshot. A
-- counter that every writer updates would make writers wait for one another and deadlock.
--
-- A new kind of summary is a call of keep_summary() in its own migration, and a trigger that appends its deltas.
-- compatible-from: 0011

-- Each kind of summary with what it must equal: a SELECT of workspace_id, period, key, currency, n and amount over the
-- plain tables. Filled by keep_summary().
CREATE TABLE summary_kinds (
  kind text COLLATE "C" PRIMARY KEY,
  plain text NOT NULL
);

CREATE TABLE summary (
  workspace_id int NOT NULL,
  kind text COLLATE "C" NOT NULL,
  -- The first day of a month, in UTC: a summary must not depend on a setting that can change. -infinity: of all time.
  period date NOT NULL,
  -- What it is of: see each kind.
  key bigint NOT NULL,
  -- Blank for what is no money.
  currency char(3) NOT NULL DEFAULT '',
  n numeric NOT NULL,
  amount numeric NOT NULL DEFAULT 0,
  -- Every figure of the reports, and folding.
  PRIMARY KEY (workspace_id, kind, period, key, currency)
) WITH (fillfactor = 80);
-- The best of each month, already in order: best_sellers().
CREATE INDEX summary_best_sellers ON summary (workspace_id, period, currency, n DESC) INCLUDE (key)
  WHERE kind = 'product_sales';

-- What was written since the last fold. keep_summary() has a CHECK refuse unknown kinds.
CREATE TABLE summary_delta (
  workspace_id int NOT NULL,
  kind text COLLATE "C" NOT NULL,
  period date NOT NULL DEFAULT '-infinity',
  key bigint NOT NULL,
  currency char(3) NOT NULL DEFAULT '',
  n numeric NOT NULL,
  amount numeric NOT NULL DEFAULT 0
);
-- As the primary key of summary; folding one workspace.
CREATE INDEX summary_delta_key ON summary_delta (workspace_id, kind, period, key);

-- Every summary as of this snapshot: group by what is asked and add up n and amount.
CREATE VIEW summary_current AS
  SELECT workspace_id, kind, period, key, currency, n, amount FROM summary
  UNION ALL
  SELECT workspace_id, kind, period, key, currency, n, amount FROM summary_delta;

-- What every summary must equal. keep_summary() makes it of summary_kinds.
CREATE VIEW summary_plain AS
  SELECT workspace_id, kind, period, key, currency, n, amount FROM summary WHERE false;

-- Adds a kind of summary, or says anew what it must equal. The deltas are the caller's to append, by triggers made with
-- keep_triggers(); rows that are there already by repair_summaries().
CREATE PROCEDURE keep_summary(kind text, plain text) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO summary_kinds VALUES (kind, plain) ON CONFLICT ON CONSTRAINT summary_kinds_pkey DO UPDATE SET plain = excluded.plain;
  EXECUTE 'CREATE OR REPLACE VIEW summary_plain AS ' || (
    SELECT string_agg(format('SELECT workspace_id, %L::text COLLATE "C" AS kind, period::date, key::bigint, currency::char(3), n::numeric, amount::numeric '
      'FROM (%s) %I', k.kind, k.plain, k.kind), ' UNION ALL ' ORDER BY k.kind) FROM summary_kinds k);
  ALTER TABLE summary_delta DROP CONSTRAINT IF EXISTS summary_delta_kind_check;
  EXECUTE 'ALTER TABLE summary_delta ADD CONSTRAINT summary_delta_kind_check CHECK (kind IN ('
    || (SELECT string_agg(quote_literal(k.kind), ', ' ORDER BY k.kind) FROM summary_kinds k) || '))';
END $$;

-- Has a trigger function called once after each statement that inserts, updates or deletes rows of a table, as triggers
-- `<name>_insert`, `<name>_update` and `<name>_delete`. It finds the rows in new_rows and old_rows.
CREATE PROCEDURE keep_triggers(records regclass, name text, function text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION %s', name || '_insert', records, function);
  EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION %s', name || '_update', records, function);
  EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION %s', name || '_delete', records, function);
END $$;

-- Merges at most `rows_max` deltas of a workspace into summary; returns how many. One folder at a time for a
-- workspace: another one returns 0 at once.
CREATE FUNCTION fold_summaries(workspace int, rows_max int) RETURNS int
  LANGUAGE plpgsql AS $$
DECLARE
  folded int;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7270778, workspace) THEN
    RETURN 0;
  END IF;
  WITH taken AS (
    DELETE FROM summary_delta
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM summary_delta WHERE workspace_id = workspace LIMIT rows_max))
    RETURNING kind, period, key, currency, n, amount
  ), merged AS (
    INSERT INTO summary AS s (workspace_id, kind, period, key, currency, n, amount)
    SELECT workspace, kind, period, key, currency, sum(n), sum(amount) FROM taken
    GROUP BY kind, period, key, currency
    ON CONFLICT (workspace_id, kind, period, key, currency)
      DO UPDATE SET n = s.n + excluded.n, amount = s.amount + excluded.amount
  )
  SELECT count(*) INTO folded FROM taken;
  RETURN folded;
END $$;

-- Where a summary of the workspace differs from the base tables, in one snapshot; no rows when all is well.
CREATE FUNCTION summary_drift(workspace int)
  RETURNS TABLE (kind text, period date, key bigint, currency char(3), n_missing numeric, amount_missing numeric)
  LANGUAGE sql STABLE AS $$
  SELECT kind, period, key, currency, sum(n), sum(amount) FROM (
    SELECT kind, period, key, currency, n, amount FROM summary_plain WHERE workspace_id = workspace
    UNION ALL SELECT kind, period, key, currency, -n, -amount FROM summary_current WHERE workspace_id = workspace) both_sides
  GROUP BY kind, period, key, currency HAVING sum(n) <> 0 OR sum(amount) <> 0
$$;

-- Appends what is missing as deltas; returns how many summaries were wrong. Needs no lock: whoever writes at the same
-- time adds the same to the tables and to the summaries.
CREATE FUNCTION repair_summaries(workspace int) RETURNS bigint
  LANGUAGE sql AS $$
  WITH repaired AS (
    INSERT INTO summary_delta (workspace_id, kind, period, key, currency, n, amount)
    SELECT workspace, kind, period, key, currency, n_missing, amount_missing FROM summary_drift(workspace)
    RETURNING 1)
  SELECT count(*) FROM repaired
$$;

-- The first day of a day's month.
CREATE FUNCTION month_of(day date) RETURNS date
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN date_trunc('month', day::timestamp)::date;
-- The first day of a moment's month, in UTC.
CREATE FUNCTION month_of(moment timestamptz) RETURNS date
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN date_trunc('month', moment AT TIME ZONE 'UTC')::date;
