-- Two orders whose numbers people take for the same ("T-10", "t-10") are one number, as filters and automatic numbers
-- have it. Of living orders that have such a number already the later ones get their id behind it.
UPDATE orders o SET order_number = left(o.order_number, 30) || '-' || o.id, version = o.version + 1, updated_at = now()
  FROM (
    SELECT workspace_id, id, row_number() OVER (PARTITION BY workspace_id, order_number_key ORDER BY id) AS place
    FROM orders WHERE deleted_at IS NULL) twin
  WHERE twin.place > 1 AND o.workspace_id = twin.workspace_id AND o.id = twin.id;

DROP INDEX orders_number_unique;
CREATE UNIQUE INDEX orders_number_unique ON orders (workspace_id, order_number_key) WHERE deleted_at IS NULL;
-- It serves what this one did: living numbers, in their order.
DROP INDEX orders_number;

CREATE OR REPLACE FUNCTION new_order_id(workspace int) RETURNS bigint
  LANGUAGE plpgsql AS $$
DECLARE
  candidate bigint;
  key text;
BEGIN
  LOOP
    candidate := nextval('orders_id_seq');
    key := normalize_text('R-' || candidate);
    -- By the first number from here on: see migration 0021.
    EXIT WHEN (
        SELECT order_number_key FROM orders WHERE workspace_id = workspace AND order_number_key >= key AND deleted_at IS NULL
        ORDER BY order_number_key LIMIT 1) IS DISTINCT FROM key
      AND (
        SELECT order_number_key FROM orders WHERE workspace_id = workspace AND order_number_key >= key AND deleted_at IS NOT NULL
        ORDER BY order_number_key LIMIT 1) IS DISTINCT FROM key;
  END LOOP;
  RETURN candidate;
END $$;
