-- Interactions by the workspace's months. interactions_by_representative counts them by months of UTC, so those within
-- some hours of a month's end were in the wrong one for everybody else. Which month they belong to depends on a setting
-- that can change, so it is not written down: they are counted once more here, in slots of a quarter of an hour, and a
-- report takes the slots between the month's end in UTC and that of the workspace from one month to the other
-- (interactions_by_month_edge() below). No trigger asks for the zone, and a change of it needs no rebuilding.
--
-- Every offset in use is a multiple of a quarter of an hour, from -12:00 to +14:00.

-- The month's end (the first day of a month) by which a moment may be on either side, NULL for nearly all moments.
CREATE FUNCTION month_edge(moment timestamptz) RETURNS date
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE
    WHEN moment AT TIME ZONE 'UTC' < date_trunc('month', moment AT TIME ZONE 'UTC' + interval '15 hours') + interval '15 hours'
    THEN date_trunc('month', moment AT TIME ZONE 'UTC' + interval '15 hours')::date END;

-- The key of a summary at a month's edge: the slot before the representative's id, so that the slots between two ends
-- of the month are a range of the index. Slot 0 begins 15 hours before the month of UTC, slot 60 with it. Ids stay
-- below 2^53 (http/fields.ts).
CREATE FUNCTION month_edge_key(slot int, sales_rep_id bigint) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (slot::bigint << 53) + sales_rep_id;

CREATE FUNCTION month_edge_key(moment timestamptz, sales_rep_id bigint) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN month_edge_key(floor(extract(epoch FROM
      moment AT TIME ZONE 'UTC' + interval '15 hours' - date_trunc('month', moment AT TIME ZONE 'UTC' + interval '15 hours')
    ) / 900)::int, sales_rep_id);

CREATE OR REPLACE FUNCTION summarize_interactions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO summary_delta (workspace_id, kind, period, key, n)
      SELECT workspace_id, 'interactions_by_representative'::summary_kind, month_of(occurred_at), coalesce(sales_rep_id, 0), count(*)
      FROM new_rows WHERE deleted_at IS NULL GROUP BY 1, 3, 4
      UNION ALL SELECT workspace_id, 'interactions_at_month_edges', month_edge(occurred_at),
        month_edge_key(occurred_at, coalesce(sales_rep_id, 0)), count(*)
      FROM new_rows WHERE deleted_at IS NULL AND month_edge(occurred_at) IS NOT NULL GROUP BY 1, 3, 4;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO summary_delta (workspace_id, kind, period, key, n)
      SELECT workspace_id, 'interactions_by_representative'::summary_kind, month_of(occurred_at), coalesce(sales_rep_id, 0), -count(*)
      FROM old_rows WHERE deleted_at IS NULL GROUP BY 1, 3, 4
      UNION ALL SELECT workspace_id, 'interactions_at_month_edges', month_edge(occurred_at),
        month_edge_key(occurred_at, coalesce(sales_rep_id, 0)), -count(*)
      FROM old_rows WHERE deleted_at IS NULL AND month_edge(occurred_at) IS NOT NULL GROUP BY 1, 3, 4;
  ELSE
    INSERT INTO summary_delta (workspace_id, kind, period, key, n)
      WITH changed AS (
        SELECT workspace_id, occurred_at, coalesce(sales_rep_id, 0) AS rep, 1 AS n FROM new_rows WHERE deleted_at IS NULL
        UNION ALL SELECT workspace_id, occurred_at, coalesce(sales_rep_id, 0), -1 FROM old_rows WHERE deleted_at IS NULL)
      SELECT workspace_id, 'interactions_by_representative'::summary_kind, month_of(occurred_at), rep, sum(n)
      FROM changed GROUP BY 1, 3, 4 HAVING sum(n) <> 0
      UNION ALL SELECT workspace_id, 'interactions_at_month_edges', month_edge(occurred_at), month_edge_key(occurred_at, rep), sum(n)
      FROM changed WHERE month_edge(occurred_at) IS NOT NULL GROUP BY 1, 3, 4 HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;

-- What the view of 0006 says of the edges too: summary_drift() and repair_summaries() go by it.
CREATE OR REPLACE VIEW summary_plain AS
  SELECT workspace_id, 'records'::summary_kind AS kind, '-infinity'::date AS period, 1::bigint AS key, '   '::char(3) AS currency,
    count(*) AS n, 0::numeric AS amount FROM customers WHERE deleted_at IS NULL GROUP BY workspace_id
  UNION ALL SELECT workspace_id, 'records', '-infinity', 2, '', count(*), 0 FROM companies
    WHERE deleted_at IS NULL GROUP BY workspace_id
  UNION ALL SELECT workspace_id, 'records', '-infinity', 3, '', count(*), 0 FROM sales_representatives
    WHERE deleted_at IS NULL GROUP BY workspace_id
  UNION ALL SELECT workspace_id, 'records', '-infinity', 4, '', count(*), 0 FROM products
    WHERE deleted_at IS NULL GROUP BY workspace_id
  UNION ALL SELECT workspace_id, 'records', '-infinity', 5, '', count(*), 0 FROM orders
    WHERE deleted_at IS NULL GROUP BY workspace_id
  UNION ALL SELECT workspace_id, 'records', '-infinity', 6, '', count(*), 0 FROM interactions
    WHERE deleted_at IS NULL GROUP BY workspace_id
  UNION ALL SELECT workspace_id, 'customers_by_stage', '-infinity', stage_key(lifecycle_stage), '', count(*), 0
    FROM customers WHERE deleted_at IS NULL GROUP BY workspace_id, lifecycle_stage
  UNION ALL SELECT workspace_id, 'customers_by_representative', '-infinity', coalesce(assigned_sales_rep_id, 0), '', count(*), 0
    FROM customers WHERE deleted_at IS NULL GROUP BY workspace_id, assigned_sales_rep_id
  UNION ALL SELECT workspace_id, 'interactions_by_representative', month_of(occurred_at), coalesce(sales_rep_id, 0), '', count(*), 0
    FROM interactions WHERE deleted_at IS NULL GROUP BY workspace_id, month_of(occurred_at), sales_rep_id
  UNION ALL SELECT workspace_id, 'product_sales', month_of(order_date), product_id, currency, sum(quantity), sum(line_total)
    FROM order_items WHERE is_sale GROUP BY workspace_id, month_of(order_date), product_id, currency
  UNION ALL SELECT workspace_id, 'sales', month_of(order_date), 0, currency, count(*), sum(total_amount)
    FROM orders WHERE is_sale GROUP BY workspace_id, month_of(order_date), currency
  UNION ALL SELECT workspace_id, 'sales_by_customer', '-infinity', coalesce(customer_id, 0), currency, count(*), sum(total_amount)
    FROM orders WHERE is_sale GROUP BY workspace_id, customer_id, currency
  UNION ALL SELECT workspace_id, 'interactions_at_month_edges', month_edge(occurred_at),
    month_edge_key(occurred_at, coalesce(sales_rep_id, 0)), '', count(*), 0
    FROM interactions WHERE deleted_at IS NULL AND month_edge(occurred_at) IS NOT NULL GROUP BY 1, 3, 4;

-- Nobody writes interactions until this has been committed, so they are counted once.
LOCK TABLE interactions IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO summary_delta (workspace_id, kind, period, key, n)
  SELECT workspace_id, 'interactions_at_month_edges', month_edge(occurred_at),
    month_edge_key(occurred_at, coalesce(sales_rep_id, 0)), count(*)
  FROM interactions WHERE deleted_at IS NULL AND month_edge(occurred_at) IS NOT NULL GROUP BY 1, 3, 4;

-- How many interactions each representative (0: nobody) has from one month's beginning to another's: first_moment and
-- end_moment are those of first_day and end_day (the first days of months) in the workspace's zone.
CREATE FUNCTION interactions_of_months(workspace int, first_day date, first_moment timestamptz, end_day date, end_moment timestamptz)
  RETURNS TABLE (sales_rep_id bigint, n bigint) LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 AS $$
  SELECT representative, sum(counted.n)::bigint FROM (
    SELECT key AS representative, s.n FROM summary_current s
    WHERE workspace_id = workspace AND kind = 'interactions_by_representative' AND period >= first_day AND period < end_day
    -- East of Greenwich a month begins before that of UTC, and takes what lies between; west of it the other way round.
    UNION ALL SELECT key & ((1::bigint << 53) - 1), CASE WHEN key < month_edge_key(60, 0) THEN s.n ELSE -s.n END
    FROM summary_current s
    WHERE workspace_id = workspace AND kind = 'interactions_at_month_edges' AND period = first_day
      AND key >= least(month_edge_key(first_moment, 0), month_edge_key(60, 0))
      AND key < greatest(month_edge_key(first_moment, 0), month_edge_key(60, 0))
    UNION ALL SELECT key & ((1::bigint << 53) - 1), CASE WHEN key < month_edge_key(60, 0) THEN -s.n ELSE s.n END
    FROM summary_current s
    WHERE workspace_id = workspace AND kind = 'interactions_at_month_edges' AND period = end_day
      AND key >= least(month_edge_key(end_moment, 0), month_edge_key(60, 0))
      AND key < greatest(month_edge_key(end_moment, 0), month_edge_key(60, 0))) counted
  GROUP BY representative
$$;
