-- Exact summaries. Statement triggers append signed deltas to summary_delta in the writing transaction;
-- fold_summaries() merges them into summary every few seconds; a read adds both, so it is exact in every
-- snapshot. A counter that every writer updates would make writers wait for one another and deadlock.

CREATE TYPE summary_kind AS ENUM (
  -- Records of a kind outside the trash; key: 1 customers, 2 companies, 3 sales representatives,
  -- 4 products, 5 orders, 6 interactions.
  'records',
  -- Key: 1 lead, 2 prospect, 3 customer, 4 churned.
  'customers_by_stage',
  -- Key: sales representative (0: nobody). The "estimated interactions".
  'customers_by_representative',
  -- Key: sales representative (0: nobody); period: month.
  'interactions_by_representative',
  -- Key: product; period: month; n: quantity; amount: revenue in the currency.
  'product_sales',
  -- Sales (confirmed, shipped or completed). Key: 0; period: month; n: orders; amount: revenue.
  'sales',
  -- Key: customer (0: none); n: orders; amount: revenue.
  'sales_by_customer'
);

CREATE TABLE summary (
  workspace_id int NOT NULL,
  kind summary_kind NOT NULL,
  period date NOT NULL,
  key bigint NOT NULL,
  currency char(3) NOT NULL DEFAULT '',
  n bigint NOT NULL,
  amount numeric NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, kind, period, key, currency)
) WITH (fillfactor = 80);
CREATE INDEX summary_key ON summary (workspace_id, kind, key);

CREATE TABLE summary_delta (
  workspace_id int NOT NULL,
  kind summary_kind NOT NULL,
  period date NOT NULL DEFAULT '-infinity',
  key bigint NOT NULL,
  currency char(3) NOT NULL DEFAULT '',
  n bigint NOT NULL,
  amount numeric NOT NULL DEFAULT 0
);
CREATE INDEX summary_delta_key ON summary_delta (workspace_id, kind, period, key);

-- Every summary as of this snapshot: group by what is asked and add up n and amount.
CREATE VIEW summary_current AS
  SELECT workspace_id, kind, period, key, currency, n, amount FROM summary
  UNION ALL
  SELECT workspace_id, kind, period, key, currency, n, amount FROM summary_delta;

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

CREATE FUNCTION month_of(day date) RETURNS date
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN date_trunc('month', day::timestamp)::date;

-- The month of a moment, in UTC: a summary must not depend on a setting that can change.
CREATE FUNCTION month_of(moment timestamptz) RETURNS date
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN date_trunc('month', moment AT TIME ZONE 'UTC')::date;

-- Plain counts of records. The argument of the trigger is the key of the record's kind.
CREATE FUNCTION summarize_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO summary_delta (workspace_id, kind, key, n)
      SELECT workspace_id, 'records'::summary_kind, TG_ARGV[0]::bigint, count(*) FROM new_rows WHERE deleted_at IS NULL
      GROUP BY workspace_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO summary_delta (workspace_id, kind, key, n)
      SELECT workspace_id, 'records'::summary_kind, TG_ARGV[0]::bigint, -count(*) FROM old_rows WHERE deleted_at IS NULL
      GROUP BY workspace_id;
  ELSE
    INSERT INTO summary_delta (workspace_id, kind, key, n)
      SELECT workspace_id, 'records'::summary_kind, TG_ARGV[0]::bigint, sum(n) FROM (
        SELECT workspace_id, 1 AS n FROM new_rows WHERE deleted_at IS NULL
        UNION ALL SELECT workspace_id, -1 FROM old_rows WHERE deleted_at IS NULL) changed
      GROUP BY workspace_id HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;

-- What a set of customers adds to the summaries.
CREATE FUNCTION stage_key(stage text) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE stage WHEN 'lead' THEN 1 WHEN 'prospect' THEN 2 WHEN 'customer' THEN 3 ELSE 4 END;

CREATE FUNCTION summarize_customers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO summary_delta (workspace_id, kind, key, n)
      SELECT workspace_id, 'customers_by_stage'::summary_kind, stage_key(lifecycle_stage), count(*)
      FROM new_rows WHERE deleted_at IS NULL GROUP BY 1, 3
      UNION ALL SELECT workspace_id, 'customers_by_representative', coalesce(assigned_sales_rep_id, 0), count(*)
      FROM new_rows WHERE deleted_at IS NULL GROUP BY 1, 3;
  ELSE
    INSERT INTO summary_delta (workspace_id, kind, key, n)
      WITH changed AS (
        SELECT workspace_id, lifecycle_stage, assigned_sales_rep_id, -1 AS n FROM old_rows WHERE deleted_at IS NULL
      )
      SELECT workspace_id, 'customers_by_stage'::summary_kind, stage_key(lifecycle_stage), sum(n) FROM changed GROUP BY 1, 3
      UNION ALL SELECT workspace_id, 'customers_by_representative', coalesce(assigned_sales_rep_id, 0), sum(n)
      FROM changed GROUP BY 1, 3;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION summarize_customers_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO summary_delta (workspace_id, kind, key, n)
    WITH changed AS (
      SELECT workspace_id, lifecycle_stage, assigned_sales_rep_id, 1 AS n FROM new_rows WHERE deleted_at IS NULL
      UNION ALL
      SELECT workspace_id, lifecycle_stage, assigned_sales_rep_id, -1 FROM old_rows WHERE deleted_at IS NULL
    )
    SELECT workspace_id, 'customers_by_stage'::summary_kind, stage_key(lifecycle_stage), sum(n) FROM changed
    GROUP BY 1, 3 HAVING sum(n) <> 0
    UNION ALL SELECT workspace_id, 'customers_by_representative', coalesce(assigned_sales_rep_id, 0), sum(n)
    FROM changed GROUP BY 1, 3 HAVING sum(n) <> 0;
  RETURN NULL;
END $$;

CREATE FUNCTION summarize_interactions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO summary_delta (workspace_id, kind, period, key, n)
      SELECT workspace_id, 'interactions_by_representative', month_of(occurred_at), coalesce(sales_rep_id, 0), count(*)
      FROM new_rows WHERE deleted_at IS NULL GROUP BY 1, 3, 4;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO summary_delta (workspace_id, kind, period, key, n)
      SELECT workspace_id, 'interactions_by_representative', month_of(occurred_at), coalesce(sales_rep_id, 0), -count(*)
      FROM old_rows WHERE deleted_at IS NULL GROUP BY 1, 3, 4;
  ELSE
    INSERT INTO summary_delta (workspace_id, kind, period, key, n)
      SELECT workspace_id, 'interactions_by_representative', month_of(occurred_at), coalesce(sales_rep_id, 0), sum(n)
      FROM (SELECT workspace_id, occurred_at, sales_rep_id, 1 AS n FROM new_rows WHERE deleted_at IS NULL
            UNION ALL SELECT workspace_id, occurred_at, sales_rep_id, -1 FROM old_rows WHERE deleted_at IS NULL) changed
      GROUP BY 1, 3, 4 HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION summarize_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO summary_delta (workspace_id, kind, period, key, currency, n, amount)
      SELECT workspace_id, 'sales'::summary_kind, month_of(order_date), 0, currency, count(*), sum(total_amount)
      FROM new_rows WHERE is_sale GROUP BY workspace_id, month_of(order_date), currency
      UNION ALL SELECT workspace_id, 'sales_by_customer', '-infinity', coalesce(customer_id, 0), currency, count(*), sum(total_amount)
      FROM new_rows WHERE is_sale GROUP BY workspace_id, customer_id, currency;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO summary_delta (workspace_id, kind, period, key, currency, n, amount)
      SELECT workspace_id, 'sales'::summary_kind, month_of(order_date), 0, currency, -count(*), -sum(total_amount)
      FROM old_rows WHERE is_sale GROUP BY workspace_id, month_of(order_date), currency
      UNION ALL SELECT workspace_id, 'sales_by_customer', '-infinity', coalesce(customer_id, 0), currency, -count(*), -sum(total_amount)
      FROM old_rows WHERE is_sale GROUP BY workspace_id, customer_id, currency;
  ELSE
    INSERT INTO summary_delta (workspace_id, kind, period, key, currency, n, amount)
      WITH changed AS (
        SELECT workspace_id, order_date, customer_id, currency, 1 AS n, total_amount AS amount FROM new_rows WHERE is_sale
        UNION ALL
        SELECT workspace_id, order_date, customer_id, currency, -1, -total_amount FROM old_rows WHERE is_sale
      )
      SELECT workspace_id, 'sales'::summary_kind, month_of(order_date), 0, currency, sum(n), sum(amount) FROM changed
      GROUP BY workspace_id, month_of(order_date), currency HAVING sum(n) <> 0 OR sum(amount) <> 0
      UNION ALL SELECT workspace_id, 'sales_by_customer', '-infinity', coalesce(customer_id, 0), currency, sum(n), sum(amount)
      FROM changed GROUP BY workspace_id, customer_id, currency HAVING sum(n) <> 0 OR sum(amount) <> 0;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION summarize_order_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO summary_delta (workspace_id, kind, period, key, currency, n, amount)
      SELECT workspace_id, 'product_sales', month_of(order_date), product_id, currency, sum(quantity), sum(line_total)
      FROM new_rows WHERE is_sale GROUP BY workspace_id, month_of(order_date), product_id, currency;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO summary_delta (workspace_id, kind, period, key, currency, n, amount)
      SELECT workspace_id, 'product_sales', month_of(order_date), product_id, currency, -sum(quantity), -sum(line_total)
      FROM old_rows WHERE is_sale GROUP BY workspace_id, month_of(order_date), product_id, currency;
  ELSE
    INSERT INTO summary_delta (workspace_id, kind, period, key, currency, n, amount)
      SELECT workspace_id, 'product_sales', month_of(order_date), product_id, currency, sum(quantity), sum(line_total)
      FROM (SELECT workspace_id, order_date, product_id, currency, quantity, line_total FROM new_rows WHERE is_sale
            UNION ALL
            SELECT workspace_id, order_date, product_id, currency, -quantity, -line_total FROM old_rows WHERE is_sale) changed
      GROUP BY workspace_id, month_of(order_date), product_id, currency
      HAVING sum(quantity) <> 0 OR sum(line_total) <> 0;
  END IF;
  RETURN NULL;
END $$;

-- When a customer was last in contact. Not a delta: a maximum cannot be taken back by adding. Rows are locked
-- in the order of their ids, so that writers never wait for one another in a circle.
CREATE TABLE customer_activity (
  workspace_id int NOT NULL,
  customer_id bigint NOT NULL,
  last_interaction_at timestamptz,
  PRIMARY KEY (workspace_id, customer_id),
  FOREIGN KEY (workspace_id, customer_id) REFERENCES customers ON DELETE CASCADE
) WITH (fillfactor = 80);
CREATE INDEX customer_activity_last ON customer_activity (workspace_id, last_interaction_at, customer_id);

CREATE FUNCTION touch_customer_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO customer_activity AS a (workspace_id, customer_id, last_interaction_at)
    SELECT workspace_id, customer_id, max(occurred_at) FROM new_rows
    WHERE customer_id IS NOT NULL AND deleted_at IS NULL
    GROUP BY workspace_id, customer_id ORDER BY workspace_id, customer_id
    ON CONFLICT (workspace_id, customer_id) DO UPDATE
      SET last_interaction_at = excluded.last_interaction_at
      WHERE a.last_interaction_at IS NULL OR a.last_interaction_at < excluded.last_interaction_at;
  RETURN NULL;
END $$;

-- After a change or removal the newest interaction is looked up again. The rows are locked first, in a statement
-- of its own: the look-up that follows then sees every interaction that was committed before the lock was had.
CREATE FUNCTION recompute_customer_activity(workspace_ids int[], customer_ids bigint[]) RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO customer_activity (workspace_id, customer_id)
    SELECT DISTINCT t.w, t.c FROM unnest(workspace_ids, customer_ids) AS t (w, c)
    JOIN customers ON customers.workspace_id = t.w AND customers.id = t.c
    ORDER BY 1, 2
    ON CONFLICT (workspace_id, customer_id) DO NOTHING;
  PERFORM 1 FROM customer_activity a
    WHERE (a.workspace_id, a.customer_id) IN (SELECT t.w, t.c FROM unnest(workspace_ids, customer_ids) AS t (w, c))
    ORDER BY a.workspace_id, a.customer_id FOR UPDATE;
  UPDATE customer_activity a SET last_interaction_at = (
      SELECT i.occurred_at FROM interactions i
      WHERE i.workspace_id = a.workspace_id AND i.customer_id = a.customer_id AND i.deleted_at IS NULL
      ORDER BY i.occurred_at DESC LIMIT 1)
    WHERE (a.workspace_id, a.customer_id) IN (SELECT t.w, t.c FROM unnest(workspace_ids, customer_ids) AS t (w, c));
END $$;

CREATE FUNCTION retouch_customer_activity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  workspace_ids int[];
  customer_ids bigint[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT array_agg(workspace_id), array_agg(customer_id) INTO workspace_ids, customer_ids
    FROM old_rows WHERE customer_id IS NOT NULL;
  ELSE
    SELECT array_agg(workspace_id), array_agg(customer_id) INTO workspace_ids, customer_ids FROM (
      SELECT o.workspace_id, unnest(ARRAY[o.customer_id, n.customer_id]) AS customer_id
      FROM old_rows o JOIN new_rows n USING (workspace_id, id)
      WHERE (o.customer_id, o.occurred_at, o.deleted_at IS NULL)
        IS DISTINCT FROM (n.customer_id, n.occurred_at, n.deleted_at IS NULL)) moved
    WHERE customer_id IS NOT NULL;
  END IF;
  IF customer_ids IS NOT NULL THEN
    PERFORM recompute_customer_activity(workspace_ids, customer_ids);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER summarize_insert AFTER INSERT ON customers REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_customers();
CREATE TRIGGER summarize_delete AFTER DELETE ON customers REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_customers();
CREATE TRIGGER summarize_update AFTER UPDATE ON customers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_customers_updated();

CREATE TRIGGER summarize_insert AFTER INSERT ON interactions REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_interactions();
CREATE TRIGGER summarize_delete AFTER DELETE ON interactions REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_interactions();
CREATE TRIGGER summarize_update AFTER UPDATE ON interactions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_interactions();

CREATE TRIGGER activity_insert AFTER INSERT ON interactions REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION touch_customer_activity();
CREATE TRIGGER activity_delete AFTER DELETE ON interactions REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION retouch_customer_activity();
CREATE TRIGGER activity_update AFTER UPDATE ON interactions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION retouch_customer_activity();

CREATE TRIGGER summarize_insert AFTER INSERT ON orders REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_orders();
CREATE TRIGGER summarize_delete AFTER DELETE ON orders REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_orders();
CREATE TRIGGER summarize_update AFTER UPDATE ON orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_orders();

CREATE TRIGGER summarize_insert AFTER INSERT ON order_items REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_order_items();
CREATE TRIGGER summarize_delete AFTER DELETE ON order_items REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_order_items();
CREATE TRIGGER summarize_update AFTER UPDATE ON order_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION summarize_order_items();

DO $$
DECLARE
  kinds text[] := ARRAY['customers', 'companies', 'sales_representatives', 'products', 'orders', 'interactions'];
BEGIN
  FOR i IN 1 .. array_length(kinds, 1) LOOP
    EXECUTE format('CREATE TRIGGER count_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION summarize_records(%s)', kinds[i], i);
    EXECUTE format('CREATE TRIGGER count_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
      FOR EACH STATEMENT EXECUTE FUNCTION summarize_records(%s)', kinds[i], i);
    EXECUTE format('CREATE TRIGGER count_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION summarize_records(%s)', kinds[i], i);
  END LOOP;
END $$;

-- The average amount of a sale in a currency, in O(months): the plain form reads every order. NULL without sales.
-- STABLE, so that a query computes it once (per row it costs a hundred times more).
CREATE FUNCTION average_order_amount(workspace int, sale_currency text) RETURNS numeric
  LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sum(amount) / nullif(sum(n), 0) FROM summary_current
  WHERE workspace_id = workspace AND kind = 'sales' AND currency = sale_currency
$$;
