-- A share that is taken off an order is taken off the lines of each tax rate themselves, by their own sign: 100 % off an
-- exchange of 120 at 19 % for 100 at 7 % leaves neither net nor tax. Only amounts (shipping, charges, an amount off) are
-- spread over the rates by magnitude, since they belong to no line.
DROP FUNCTION order_taxes(numeric[], numeric[], numeric, int);

-- The bases of an order's tax rates and the tax on each. `discount` is a share, `amounts` charges less amounts off. Rates
-- in ascending order take what the rounded share of all up to them adds to that of those before, so that the bases add up
-- to the cent and the order of lines does not matter. Where all lines are zero, the highest rate takes the amounts.
CREATE FUNCTION order_taxes(line_totals numeric[], tax_rates numeric[], discount numeric, amounts numeric, digits int)
  RETURNS TABLE (tax_rate numeric, basis numeric, tax numeric)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH per_rate AS (
    SELECT line.tax_rate, sum(line.amount) AS net, abs(sum(line.amount)) AS weight
    FROM unnest(line_totals, tax_rates) AS line (amount, tax_rate) GROUP BY line.tax_rate
  ), placed AS (
    SELECT tax_rate, net, weight, sum(net) OVER (ORDER BY tax_rate) AS lines_reached,
      sum(weight) OVER (ORDER BY tax_rate) AS reached, sum(weight) OVER () AS whole, max(tax_rate) OVER () AS highest
    FROM per_rate
  ), based AS (
    SELECT tax_rate, net
      - (round(lines_reached * discount, digits) - round((lines_reached - net) * discount, digits))
      + CASE
        WHEN whole > 0 THEN rounded_share(amounts, reached, whole, digits) - rounded_share(amounts, reached - weight, whole, digits)
        WHEN tax_rate = highest THEN amounts
        ELSE 0 END AS basis
    FROM placed
  )
  SELECT tax_rate, basis, round(basis * tax_rate, digits) FROM based ORDER BY tax_rate
$$;

CREATE OR REPLACE FUNCTION order_amounts(
  line_totals numeric[], tax_rates numeric[], discount numeric, discount_amount numeric, shipping_amount numeric,
  charges_amount numeric, digits int, OUT lines_amount numeric, OUT tax_amount numeric, OUT total_amount numeric)
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  amounts numeric := round(shipping_amount, digits) + round(charges_amount, digits) - round(discount_amount, digits);
BEGIN
  lines_amount := round((SELECT coalesce(sum(amount), 0) FROM unnest(line_totals) AS amount), digits);
  tax_amount := round(0, digits);
  IF EXISTS (SELECT FROM unnest(tax_rates) AS rate WHERE rate > 0) THEN
    tax_amount := (SELECT sum(tax) FROM order_taxes(line_totals, tax_rates, discount, amounts, digits));
  END IF;
  total_amount := lines_amount - round(lines_amount * discount, digits) + amounts + tax_amount;
END $$;

UPDATE orders o SET tax_amount = t.tax_amount, total_amount = t.total_amount
  FROM workspaces w
  CROSS JOIN LATERAL order_totals(w.id, ARRAY(SELECT id FROM orders WHERE workspace_id = w.id AND discount <> 0)) t
  WHERE o.workspace_id = w.id AND o.id = t.order_id
    AND (o.tax_amount, o.total_amount) IS DISTINCT FROM (t.tax_amount, t.total_amount);
