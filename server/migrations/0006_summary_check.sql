-- What every summary must equal: the plain SQL over the base tables.
CREATE VIEW summary_plain AS
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
    FROM orders WHERE is_sale GROUP BY workspace_id, customer_id, currency;

-- Where a summary of the workspace differs from the base tables, in one snapshot; no rows when all is well.
CREATE FUNCTION summary_drift(workspace int)
  RETURNS TABLE (kind summary_kind, period date, key bigint, currency char(3), n_missing bigint, amount_missing numeric)
  LANGUAGE sql STABLE AS $$
  SELECT kind, period, key, currency, sum(n)::bigint, sum(amount) FROM (
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
