-- The trash: a list of each kind that is found by an index, numbers that are free again once an order is in it, who
-- took over what pointed at a record, and deleting for good without reading whole tables.

-- Newest first, as the trash is shown; an index of the trash alone costs the living nothing.
DO $$
DECLARE
  kind text;
BEGIN
  FOREACH kind IN ARRAY ARRAY['customers', 'companies', 'sales_representatives', 'products', 'orders', 'interactions'] LOOP
    EXECUTE format('CREATE INDEX %1$s_trash ON %1$I (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL', kind);
  END LOOP;
END $$;

-- What a record in the trash is found by: the words, codes and phone digits of the living search, each behind its
-- workspace, so that a search reads nothing of others. An index keeps it, so no writer can forget it. The search path
-- is the function's own, since PostgreSQL builds indexes under a bare one.
CREATE FUNCTION trash_words(workspace_id int, name text, code text, phone text) RETURNS tsvector
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
BEGIN
  RETURN array_to_tsvector(ARRAY(SELECT concat(workspace_id, ' ', word)
    FROM unnest(distinct_words(search_words(name) || number_ends(code) || phone_ends(phone))) AS word));
END $$;

CREATE INDEX customers_trash_words ON customers
  USING gin (trash_words(workspace_id, first_name || ' ' || last_name, email, phone)) WHERE deleted_at IS NOT NULL;
CREATE INDEX companies_trash_words ON companies
  USING gin (trash_words(workspace_id, name, domain, phone)) WHERE deleted_at IS NOT NULL;
CREATE INDEX sales_representatives_trash_words ON sales_representatives
  USING gin (trash_words(workspace_id, first_name || ' ' || last_name, email, phone)) WHERE deleted_at IS NOT NULL;
CREATE INDEX products_trash_words ON products
  USING gin (trash_words(workspace_id, product_name, sku, NULL)) WHERE deleted_at IS NOT NULL;
CREATE INDEX orders_trash_words ON orders
  USING gin (trash_words(workspace_id, NULL, order_number, NULL)) WHERE deleted_at IS NOT NULL;
CREATE INDEX interactions_trash_words ON interactions
  USING gin (trash_words(workspace_id, subject, NULL, NULL)) WHERE deleted_at IS NOT NULL;

-- A number in the trash is free; automatic numbers still keep away from it, so that the order can come back.
DROP INDEX orders_number_unique;
CREATE UNIQUE INDEX orders_number_unique ON orders (workspace_id, order_number) WHERE deleted_at IS NULL;
CREATE INDEX orders_number_trash ON orders (workspace_id, order_number_key) WHERE deleted_at IS NOT NULL;

-- What points at a record, the living apart from the trash. The lists of the living read these indexes as they read
-- them when they held nothing else. A foreign key asks without saying which it means, and skips from one part to the
-- other: before, deleting a row for good read all orders and all interactions.
DROP INDEX customers_company, customers_representative, orders_customer, orders_company, orders_representative,
  interactions_customer, interactions_company, interactions_representative;
CREATE INDEX customers_company ON customers (workspace_id, (deleted_at IS NULL), company_id, created_at, id);
CREATE INDEX customers_representative ON customers (workspace_id, (deleted_at IS NULL), assigned_sales_rep_id, created_at, id);
CREATE INDEX orders_customer ON orders (workspace_id, (deleted_at IS NULL), customer_id, order_date, id);
CREATE INDEX orders_company ON orders (workspace_id, (deleted_at IS NULL), company_id, order_date, id);
CREATE INDEX orders_representative ON orders (workspace_id, (deleted_at IS NULL), sales_rep_id, order_date, id);
CREATE INDEX interactions_customer ON interactions (workspace_id, (deleted_at IS NULL), customer_id, occurred_at, id);
CREATE INDEX interactions_company ON interactions (workspace_id, (deleted_at IS NULL), company_id, occurred_at, id);
CREATE INDEX interactions_representative ON interactions (workspace_id, (deleted_at IS NULL), sales_rep_id, occurred_at, id);
-- Lines that are not sold; those that are have an index. A product on any line is not deleted for good.
CREATE INDEX order_items_unsold ON order_items (workspace_id, product_id) WHERE NOT is_sale;
CREATE INDEX external_ids_entity ON external_ids (workspace_id, object, entity_id);

-- That a record was deleted for good, by whom and when, is all that is kept of it.
ALTER TABLE change_events DROP CONSTRAINT change_events_action_check;
ALTER TABLE change_events ADD CONSTRAINT change_events_action_check
  CHECK (action IN ('created', 'updated', 'deleted', 'restored', 'purged')) NOT VALID;

-- What pointed at a record when it went to the trash, and what it pointed at from then on (NULL: nothing). A restored
-- record gets back whatever still is as it was left.
CREATE TABLE trash_handovers (
  workspace_id int NOT NULL REFERENCES workspaces,
  -- The record in the trash.
  object text NOT NULL,
  entity_id bigint NOT NULL,
  -- The table and column of what pointed at it.
  holder text NOT NULL,
  field text NOT NULL,
  holder_id bigint NOT NULL,
  taken_over_by bigint,
  PRIMARY KEY (workspace_id, object, entity_id, holder, field, holder_id)
);

-- Until now deleting left what pointed at the record pointing into the trash, where filters, reports and choices did not
-- agree about it: it becomes nobody's, as it would have now, and comes back with the record.
DO $$
DECLARE
  pointer record;
BEGIN
  FOR pointer IN SELECT holder, holder_object, field, target, target_object, condition FROM (VALUES
    ('customers', 'customer', 'assigned_sales_rep_id', 'sales_representatives', 'sales_representative', 'true'),
    ('customers', 'customer', 'company_id', 'companies', 'company', 'true'),
    ('sales_representatives', 'sales_representative', 'manager_id', 'sales_representatives', 'sales_representative', 'true'),
    ('orders', 'order', 'sales_rep_id', 'sales_representatives', 'sales_representative', $c$h.status = 'draft'$c$),
    ('orders', 'order', 'company_id', 'companies', 'company', $c$h.status = 'draft'$c$),
    ('orders', 'order', 'customer_id', 'customers', 'customer', $c$h.status = 'draft'$c$)
  ) AS v (holder, holder_object, field, target, target_object, condition) LOOP
    EXECUTE format($sql$
      WITH pointing AS (
        SELECT h.workspace_id, h.id, h.%3$I AS entity_id FROM %1$I h
        JOIN %4$I t ON t.workspace_id = h.workspace_id AND t.id = h.%3$I AND t.deleted_at IS NOT NULL
        WHERE h.deleted_at IS NULL AND %6$s
      ), freed AS (
        UPDATE %1$I h SET %3$I = NULL, version = h.version + 1, updated_at = now() FROM pointing p
        WHERE h.workspace_id = p.workspace_id AND h.id = p.id
        RETURNING h.workspace_id, h.id, h.version, p.entity_id
      ), history AS (
        INSERT INTO change_events (workspace_id, object, entity_id, action, changes, version)
        SELECT workspace_id, %2$L, id, 'updated', jsonb_build_object(%3$L::text, jsonb_build_array(entity_id, NULL)), version
        FROM freed
      )
      INSERT INTO trash_handovers (workspace_id, object, entity_id, holder, field, holder_id)
      SELECT workspace_id, %5$L, entity_id, %1$L, %3$L, id FROM freed $sql$,
      pointer.holder, pointer.holder_object, pointer.field, pointer.target, pointer.target_object, pointer.condition);
  END LOOP;
END $$;

-- The id of the next order whose automatic number "R-<id>" nobody has, however it is written: no living order, and none
-- in the trash. Two people may still take a number at the same moment: the unique index decides.
CREATE FUNCTION new_order_id(workspace int) RETURNS bigint
  LANGUAGE plpgsql AS $$
DECLARE
  candidate bigint;
  key text;
BEGIN
  LOOP
    candidate := nextval('orders_id_seq');
    key := normalize_text('R-' || candidate);
    EXIT WHEN NOT EXISTS (SELECT FROM orders WHERE workspace_id = workspace AND order_number_key = key AND deleted_at IS NULL)
      AND NOT EXISTS (SELECT FROM orders WHERE workspace_id = workspace AND order_number_key = key AND deleted_at IS NOT NULL);
  END LOOP;
  RETURN candidate;
END $$;
