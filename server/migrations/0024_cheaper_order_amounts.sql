-- The same amounts with less work: expressions that PostgreSQL evaluates by themselves, where each query, however small,
-- has to be started for every order of an import.
CREATE OR REPLACE FUNCTION order_amounts(
  line_totals numeric[], tax_rates numeric[], discount numeric, discount_amount numeric, shipping_amount numeric,
  charges_amount numeric, digits int, OUT lines_amount numeric, OUT tax_amount numeric, OUT total_amount numeric)
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  amounts numeric := round(shipping_amount, digits) + round(charges_amount, digits) - round(discount_amount, digits);
  line_total numeric;
BEGIN
  lines_amount := 0;
  FOREACH line_total IN ARRAY coalesce(line_totals, '{}') LOOP
    lines_amount := lines_amount + line_total;
  END LOOP;
  lines_amount := round(lines_amount, digits);
  tax_amount := round(0::numeric, digits);
  IF 0 < ANY (tax_rates) THEN
    tax_amount := (SELECT sum(taxes.tax) FROM order_taxes(line_totals, tax_rates, discount, amounts, digits) taxes);
  END IF;
  total_amount := lines_amount - round(lines_amount * discount, digits) + amounts + tax_amount;
END $$;
