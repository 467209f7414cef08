-- Orders as EN 16931 counts them: fractions and returns on lines, discounts and charges of the whole order, and tax.
-- Both large tables are written anew, each once: products and summaries are small.

ALTER TABLE products
  -- What a quantity counts ("piece", "hour", "kg"), how finely, and the tax that new lines get.
  ADD COLUMN unit text NOT NULL DEFAULT 'piece' CHECK (length(unit) BETWEEN 1 AND 20),
  ADD COLUMN quantity_digits int NOT NULL DEFAULT 0 CHECK (quantity_digits BETWEEN 0 AND 3),
  ADD COLUMN tax_rate numeric NOT NULL DEFAULT 0 CHECK (tax_rate BETWEEN 0 AND 1 AND scale(tax_rate) <= 4);

-- Views that name columns whose types change are made anew as they are by now, whichever migration said so.
CREATE TEMP TABLE kept_views ON COMMIT DROP AS
  SELECT name, pg_get_viewdef(name::regclass) AS definition FROM unnest(ARRAY['summary_current', 'summary_plain']) AS name;
DROP VIEW summary_plain, summary_current;

-- The net amount of an order line, in the currency of the order, rounded half away from zero to `digits` places, the
-- minor unit of that currency (ISO 4217). A return has a negative quantity.
CREATE FUNCTION line_total(quantity numeric, unit_price numeric, discount numeric, digits int) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN round(quantity * unit_price * (1 - discount), digits);

ALTER TABLE order_items
  DROP COLUMN line_total,
  DROP CONSTRAINT order_items_quantity_check,
  ALTER COLUMN quantity TYPE numeric,
  ADD CONSTRAINT order_items_quantity_check
    CHECK (quantity <> 0 AND quantity BETWEEN -1000000 AND 1000000 AND scale(quantity) <= 3),
  ADD COLUMN tax_rate numeric NOT NULL DEFAULT 0 CHECK (tax_rate BETWEEN 0 AND 1 AND scale(tax_rate) <= 4),
  ADD COLUMN line_total numeric NOT NULL GENERATED ALWAYS AS (line_total(quantity, unit_price, discount, currency_digits)) STORED;
DROP FUNCTION line_total(int, numeric, numeric, int);
CREATE INDEX order_items_product ON order_items (workspace_id, product_id, order_date) INCLUDE (quantity, line_total) WHERE is_sale;

ALTER TABLE orders
  -- The total of a credit note is negative.
  DROP CONSTRAINT orders_total_amount_check,
  -- A share of the sum of the lines, and an amount; both are taken off.
  ADD COLUMN discount numeric NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 1 AND scale(discount) <= 4),
  ADD COLUMN discount_amount numeric NOT NULL DEFAULT 0 CHECK (abs(discount_amount) < 1e10 AND scale(discount_amount) <= 4),
  ADD COLUMN shipping_amount numeric NOT NULL DEFAULT 0 CHECK (abs(shipping_amount) < 1e10 AND scale(shipping_amount) <= 4),
  -- Whatever else is charged for the whole order.
  ADD COLUMN charges_amount numeric NOT NULL DEFAULT 0 CHECK (abs(charges_amount) < 1e10 AND scale(charges_amount) <= 4),
  ADD COLUMN tax_amount numeric NOT NULL DEFAULT 0,
  -- What was sold, without tax: reports call it revenue.
  ADD COLUMN net_amount numeric NOT NULL GENERATED ALWAYS AS (total_amount - tax_amount) STORED;
CREATE INDEX orders_net_amount ON orders (workspace_id, currency, net_amount, id) WHERE is_sale;

-- The part of `amount` that belongs to `part` of `whole`, rounded half away from zero. By whole minor units, so that it
-- is exact: a quotient would be rounded before it is rounded.
CREATE FUNCTION rounded_share(amount numeric, part numeric, whole numeric, digits int) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN round(sign(amount) * div(2 * abs(amount) * 10::numeric ^ digits * part + whole, 2 * whole) / 10::numeric ^ digits, digits);

-- The bases of an order's tax rates and the tax on each. `adjustment`, charges less discounts, is shared over the rates
-- in proportion to the amounts of their lines, whatever their sign; rates in ascending order take what the rounded share
-- of all up to them adds to that of those before, so that the bases add up to the cent and the order of lines does not
-- matter. Where all amounts are zero, the highest rate takes it.
CREATE FUNCTION order_taxes(line_totals numeric[], tax_rates numeric[], adjustment numeric, digits int)
  RETURNS TABLE (tax_rate numeric, basis numeric, tax numeric)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH per_rate AS (
    SELECT line.tax_rate, sum(line.amount) AS net, abs(sum(line.amount)) AS weight
    FROM unnest(line_totals, tax_rates) AS line (amount, tax_rate) GROUP BY line.tax_rate
  ), placed AS (
    SELECT tax_rate, net, weight, sum(weight) OVER (ORDER BY tax_rate) AS reached, sum(weight) OVER () AS whole,
      max(tax_rate) OVER () AS highest
    FROM per_rate
  ), based AS (
    SELECT tax_rate, net + CASE
      WHEN whole > 0 THEN rounded_share(adjustment, reached, whole, digits) - rounded_share(adjustment, reached - weight, whole, digits)
      WHEN tax_rate = highest THEN adjustment
      ELSE 0 END AS basis
    FROM placed
  )
  SELECT tax_rate, basis, round(basis * tax_rate, digits) FROM based ORDER BY tax_rate
$$;

-- The amounts of an order, by whatever door it comes; orders/totals.ts says the same for orders that are being typed.
CREATE FUNCTION order_amounts(
  line_totals numeric[], tax_rates numeric[], discount numeric, discount_amount numeric, shipping_amount numeric,
  charges_amount numeric, digits int, OUT lines_amount numeric, OUT tax_amount numeric, OUT total_amount numeric)
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  adjustment numeric;
BEGIN
  lines_amount := round((SELECT coalesce(sum(amount), 0) FROM unnest(line_totals) AS amount), digits);
  adjustment := round(shipping_amount, digits) + round(charges_amount, digits)
    - round(lines_amount * discount, digits) - round(discount_amount, digits);
  tax_amount := round(0, digits);
  IF EXISTS (SELECT FROM unnest(tax_rates) AS rate WHERE rate > 0) THEN
    tax_amount := (SELECT sum(tax) FROM order_taxes(line_totals, tax_rates, adjustment, digits));
  END IF;
  total_amount := lines_amount + adjustment + tax_amount;
END $$;

-- What the totals of these orders must be by their lines.
CREATE FUNCTION order_totals(workspace int, order_ids bigint[])
  RETURNS TABLE (order_id bigint, lines_amount numeric, tax_amount numeric, total_amount numeric)
  LANGUAGE sql STABLE AS $$
  SELECT o.id, a.lines_amount, a.tax_amount, a.total_amount
  FROM orders o
  CROSS JOIN LATERAL (
    SELECT array_agg(i.line_total) AS line_totals, array_agg(i.tax_rate) AS tax_rates FROM order_items i
    WHERE i.workspace_id = o.workspace_id AND i.order_id = o.id) line
  CROSS JOIN LATERAL order_amounts(line.line_totals, line.tax_rates, o.discount, o.discount_amount, o.shipping_amount,
    o.charges_amount, o.currency_digits) a
  WHERE o.workspace_id = workspace AND o.id = ANY (order_ids)
$$;

-- Quantities are fractions in summaries too. Revenue is what was sold without tax: of an order after its discounts and
-- charges, of a product the net amounts of its lines.
ALTER TABLE summary ALTER COLUMN n TYPE numeric;
ALTER TABLE summary_delta ALTER COLUMN n TYPE numeric;

DO $$
DECLARE
  kept record;
BEGIN
  FOR kept IN SELECT name, definition FROM kept_views LOOP
    EXECUTE format('CREATE VIEW %I AS %s', kept.name, replace(kept.definition, 'sum(orders.total_amount)', 'sum(orders.net_amount)'));
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION summarize_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO summary_delta (workspace_id, kind, period, key, currency, n, amount)
      SELECT workspace_id, 'sales'::summary_kind, month_of(order_date), 0, currency, count(*), sum(net_amount)
      FROM new_rows WHERE is_sale GROUP BY workspace_id, month_of(order_date), currency
      UNION ALL SELECT workspace_id, 'sales_by_customer', '-infinity', coalesce(customer_id, 0), currency, count(*), sum(net_amount)
      FROM new_rows WHERE is_sale GROUP BY workspace_id, customer_id, currency;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO summary_delta (workspace_id, kind, period, key, currency, n, amount)
      SELECT workspace_id, 'sales'::summary_kind, month_of(order_date), 0, currency, -count(*), -sum(net_amount)
      FROM old_rows WHERE is_sale GROUP BY workspace_id, month_of(order_date), currency
      UNION ALL SELECT workspace_id, 'sales_by_customer', '-infinity', coalesce(customer_id, 0), currency, -count(*), -sum(net_amount)
      FROM old_rows WHERE is_sale GROUP BY workspace_id, customer_id, currency;
  ELSE
    INSERT INTO summary_delta (workspace_id, kind, period, key, currency, n, amount)
      WITH changed AS (
        SELECT workspace_id, order_date, customer_id, currency, 1 AS n, net_amount AS amount FROM new_rows WHERE is_sale
        UNION ALL
        SELECT workspace_id, order_date, customer_id, currency, -1, -net_amount FROM old_rows WHERE is_sale
      )
      SELECT workspace_id, 'sales'::summary_kind, month_of(order_date), 0, currency, sum(n), sum(amount) FROM changed
      GROUP BY workspace_id, month_of(order_date), currency HAVING sum(n) <> 0 OR sum(amount) <> 0
      UNION ALL SELECT workspace_id, 'sales_by_customer', '-infinity', coalesce(customer_id, 0), currency, sum(n), sum(amount)
      FROM changed GROUP BY workspace_id, customer_id, currency HAVING sum(n) <> 0 OR sum(amount) <> 0;
  END IF;
  RETURN NULL;
END $$;

DROP FUNCTION summary_drift(int);
CREATE FUNCTION summary_drift(workspace int)
  RETURNS TABLE (kind summary_kind, period date, key bigint, currency char(3), n_missing numeric, amount_missing numeric)
  LANGUAGE sql STABLE AS $$
  SELECT kind, period, key, currency, sum(n), sum(amount) FROM (
    SELECT kind, period, key, currency, n, amount FROM summary_plain WHERE workspace_id = workspace
    UNION ALL SELECT kind, period, key, currency, -n, -amount FROM summary_current WHERE workspace_id = workspace) both_sides
  GROUP BY kind, period, key, currency HAVING sum(n) <> 0 OR sum(amount) <> 0
$$;

-- As migration 0008 made it, with fractional quantities. Returns may make a quantity of a month negative: what is not in
-- a list is at most its last one there, and at most nothing where it was not sold at all.
DROP FUNCTION best_sellers(int, date, date, int);
CREATE FUNCTION best_sellers(workspace int, first_day date, end_day date, count_max int)
  RETURNS TABLE (product_id bigint, quantity numeric)
  LANGUAGE plpgsql STABLE ROWS 5 AS $$
DECLARE
  months date[] := ARRAY(SELECT generate_series(first_day::timestamp, end_day - interval '1 day', interval '1 month')::date);
  depth int := 4 * count_max;
  products bigint[];
  quantities numeric[];
  unseen_max numeric;
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
          WHERE c.workspace_id = workspace AND c.kind = 'product_sales' AND c.period = month AND c.key = candidate.key))
        FROM unnest(months) AS month) AS n
      FROM candidate
    ), sold AS (
      SELECT key, n FROM summed WHERE n > 0 ORDER BY n DESC, key LIMIT count_max
    )
    SELECT array_agg(sold.key ORDER BY sold.n DESC, sold.key), array_agg(sold.n ORDER BY sold.n DESC, sold.key),
      (SELECT sum(greatest(least_n, 0)) FROM (
        SELECT min(best.n) AS least_n FROM best GROUP BY month, code HAVING count(*) = depth) full_lists)
    INTO products, quantities, unseen_max FROM sold;
    EXIT WHEN unseen_max IS NULL OR unseen_max = 0 OR quantities[count_max] > unseen_max;
    -- NULL: all there are.
    depth := CASE WHEN depth < 100 * count_max THEN 10 * depth END;
  END LOOP;
  RETURN QUERY SELECT * FROM unnest(products, quantities);
END $$;
