-- The products that sold best, without adding up all the others.

-- The best of each month, already in order.
CREATE INDEX summary_best_sellers ON summary (workspace_id, period, currency, n DESC) INCLUDE (key)
  WHERE kind = 'product_sales';

-- There are few, and the planner should know.
ANALYZE currencies;

-- The products of which most pieces were sold in the months from `first_day` on and before `end_day` (the first days of
-- months), as of this snapshot; at equal quantities the older product first. Exact, yet it only looks at candidates: the
-- best of each month and currency, and whatever was written since the last fold. Nothing else can have sold more than the
-- last of those lists added up; if that could still matter, the lists get longer, and in the end complete. The idea is
-- the threshold algorithm of Fagin, Lotem and Naor, "Optimal aggregation algorithms for middleware", 2003.
CREATE FUNCTION best_sellers(workspace int, first_day date, end_day date, count_max int)
  RETURNS TABLE (product_id bigint, quantity bigint)
  LANGUAGE plpgsql STABLE ROWS 5 AS $$
DECLARE
  months date[] := ARRAY(SELECT generate_series(first_day::timestamp, end_day - interval '1 day', interval '1 month')::date);
  depth int := 4 * count_max;
  products bigint[];
  quantities bigint[];
  unseen_max bigint;
BEGIN
  LOOP
    WITH best AS MATERIALIZED (
      SELECT month, code, listed.key, listed.n FROM unnest(months) AS month CROSS JOIN currencies CROSS JOIN LATERAL (
        SELECT s.key, s.n FROM summary s
        WHERE s.workspace_id = workspace AND s.kind = 'product_sales' AND s.period = month AND s.currency = code
        ORDER BY s.n DESC LIMIT depth) listed
    ), candidate AS (
      SELECT key FROM best
      UNION SELECT d.key FROM summary_delta d
      WHERE d.workspace_id = workspace AND d.kind = 'product_sales' AND d.period = ANY (months)
    ), summed AS MATERIALIZED (
      -- Queries of their own for each candidate and month: joined, the planner would read all products or all years.
      SELECT candidate.key, (
        SELECT sum((SELECT sum(c.n) FROM summary_current c
          WHERE c.workspace_id = workspace AND c.kind = 'product_sales' AND c.period = month AND c.key = candidate.key))::bigint
        FROM unnest(months) AS month) AS n
      FROM candidate
    ), sold AS (
      SELECT key, n FROM summed WHERE n > 0 ORDER BY n DESC, key LIMIT count_max
    )
    SELECT array_agg(sold.key ORDER BY sold.n DESC, sold.key), array_agg(sold.n ORDER BY sold.n DESC, sold.key),
      (SELECT sum(greatest(least_n, 0)) FROM (
        SELECT min(best.n) AS least_n FROM best GROUP BY month, code HAVING count(*) = depth) full_lists)
    INTO products, quantities, unseen_max FROM sold;
    EXIT WHEN unseen_max IS NULL OR quantities[count_max] > unseen_max;
    -- NULL: all there are.
    depth := CASE WHEN depth < 100 * count_max THEN 10 * depth END;
  END LOOP;
  RETURN QUERY SELECT * FROM unnest(products, quantities);
END $$;
