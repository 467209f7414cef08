-- Creating an order looks whether its number is free. While the statistics of a growing table were old, any index of the
-- workspace passed for as good, and every new order read all orders of the workspace. Asked for the first number from
-- here on, only the index that is in the order of numbers needs no sorting.
CREATE OR REPLACE FUNCTION new_order_id(workspace int) RETURNS bigint
  LANGUAGE plpgsql AS $$
DECLARE
  candidate bigint;
  key text;
BEGIN
  LOOP
    candidate := nextval('orders_id_seq');
    key := normalize_text('R-' || candidate);
    EXIT WHEN (
        SELECT order_number_key FROM orders WHERE workspace_id = workspace AND order_number_key >= key AND deleted_at IS NULL
        ORDER BY order_number_key, id LIMIT 1) IS DISTINCT FROM key
      AND (
        SELECT order_number_key FROM orders WHERE workspace_id = workspace AND order_number_key >= key AND deleted_at IS NOT NULL
        ORDER BY order_number_key LIMIT 1) IS DISTINCT FROM key;
  END LOOP;
  RETURN candidate;
END $$;
