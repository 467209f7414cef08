-- A filtered list pays for its own workspace alone. With the workspace as a column of the index, every filter read the
-- list of all rows of the workspace and those of the same value in all workspaces (measured: 5.8 ms for two filters
-- among 500,000 customers of 1,000,000; 3.1 ms with the workspace inside the facet).
--
-- Rows wait for a GIN index in a list that every read goes through. At the default length of 4 MB that alone took
-- 12 ms of each filtered list; at 128 KB under half a millisecond, for some 5 us more of each row written.

ALTER TABLE companies DROP COLUMN facets;
ALTER TABLE customers DROP COLUMN facets;
ALTER TABLE products DROP COLUMN facets;
ALTER TABLE orders DROP COLUMN facets;
DROP FUNCTION facet(text, text);

-- One number for a field and its value in a workspace. Collisions only cost a recheck: every query that uses facets
-- compares the real columns too.
CREATE FUNCTION facet(workspace_id int, field text, value text) RETURNS int
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN hashtext(workspace_id::text || ':' || field || ':' || coalesce(value, ''));

ALTER TABLE companies ADD COLUMN facets int[] NOT NULL GENERATED ALWAYS AS (
  ARRAY[
    facet(workspace_id, 'industry', industry), facet(workspace_id, 'city', city),
    facet(workspace_id, 'country', country)
  ]
) STORED;
ALTER TABLE customers ADD COLUMN facets int[] NOT NULL GENERATED ALWAYS AS (
  ARRAY[
    facet(workspace_id, 'lifecycle_stage', lifecycle_stage),
    facet(workspace_id, 'assigned_sales_rep_id', assigned_sales_rep_id::text),
    facet(workspace_id, 'company_id', company_id::text), facet(workspace_id, 'source', source),
    facet(workspace_id, 'city', city), facet(workspace_id, 'country', country)
  ]
) STORED;
ALTER TABLE products ADD COLUMN facets int[] NOT NULL GENERATED ALWAYS AS (
  ARRAY[facet(workspace_id, 'category', category), facet(workspace_id, 'active', active::text)]
) STORED;
ALTER TABLE orders ADD COLUMN facets int[] NOT NULL GENERATED ALWAYS AS (
  ARRAY[
    facet(workspace_id, 'status', status), facet(workspace_id, 'customer_id', customer_id::text),
    facet(workspace_id, 'company_id', company_id::text), facet(workspace_id, 'sales_rep_id', sales_rep_id::text)
  ]
) STORED;

CREATE INDEX companies_facets ON companies USING gin (facets) WITH (gin_pending_list_limit = 128) WHERE deleted_at IS NULL;
CREATE INDEX customers_facets ON customers USING gin (facets) WITH (gin_pending_list_limit = 128) WHERE deleted_at IS NULL;
CREATE INDEX products_facets ON products USING gin (facets) WITH (gin_pending_list_limit = 128) WHERE deleted_at IS NULL;
CREATE INDEX orders_facets ON orders USING gin (facets) WITH (gin_pending_list_limit = 128) WHERE deleted_at IS NULL;
