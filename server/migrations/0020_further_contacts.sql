-- A person may have several emails and phones. The first of each is what it was, a column; further ones are a list beside it
-- (decision 20), NULL where there are none: most customers have none, and pay nothing for those who have.
ALTER TABLE customers
  ADD COLUMN more_emails jsonb CHECK (jsonb_typeof(more_emails) = 'array' AND jsonb_array_length(more_emails) BETWEEN 1 AND 10),
  ADD COLUMN more_phones jsonb CHECK (jsonb_typeof(more_phones) = 'array' AND jsonb_array_length(more_phones) BETWEEN 1 AND 10);

-- What each of a list is compared by, '{}' for NULL. Lists are [{"label", "email"}] and [{"label", "phone"}].
CREATE FUNCTION email_keys(more_emails jsonb) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY(SELECT email_key(each ->> 'email') FROM jsonb_array_elements(more_emails) AS each);
CREATE FUNCTION phone_keys(more_phones jsonb) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY(SELECT phone_key(each ->> 'phone') FROM jsonb_array_elements(more_phones) AS each);

-- The same behind the workspace, so that a look-up reads nothing of others. Only customers with further ones are in the indexes.
CREATE FUNCTION in_workspace(workspace_id int, keys text[]) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY(SELECT concat(workspace_id::text, ' ', key) FROM unnest(keys) AS key);
CREATE INDEX customers_more_emails ON customers USING gin (in_workspace(workspace_id, email_keys(more_emails)))
  WITH (gin_pending_list_limit = 128) WHERE deleted_at IS NULL AND more_emails IS NOT NULL;
CREATE INDEX customers_more_phones ON customers USING gin (in_workspace(workspace_id, phone_keys(more_phones)))
  WITH (gin_pending_list_limit = 128) WHERE deleted_at IS NULL AND more_phones IS NOT NULL;

-- Where a workspace wants each email to be one customer's: whose it is, first or further. Others have no rows here.
CREATE TABLE customer_email_claims (
  workspace_id int NOT NULL REFERENCES workspaces,
  email_key text COLLATE "C" NOT NULL CHECK (email_key <> ''),
  customer_id bigint NOT NULL,
  PRIMARY KEY (workspace_id, email_key)
);
CREATE INDEX customer_email_claims_customer ON customer_email_claims (workspace_id, customer_id);

-- Two people may claim an address at the same moment: the second waits for the first to end, and is refused then.
CREATE FUNCTION claim_emails() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted text[];
  refused text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM customer_email_claims WHERE workspace_id = OLD.workspace_id AND customer_id = OLD.id;
    RETURN NULL;
  END IF;
  IF NEW.email_unique AND NEW.deleted_at IS NULL THEN
    wanted := array_remove(NEW.email_key || email_keys(NEW.more_emails), '');
  END IF;
  DELETE FROM customer_email_claims WHERE workspace_id = NEW.workspace_id AND customer_id = NEW.id
    AND email_key <> ALL (coalesce(wanted, '{}'));
  INSERT INTO customer_email_claims (workspace_id, email_key, customer_id)
    SELECT DISTINCT NEW.workspace_id, key, NEW.id FROM unnest(wanted) AS key ORDER BY key
    ON CONFLICT DO NOTHING;
  SELECT key INTO refused FROM unnest(wanted) WITH ORDINALITY AS w (key, place)
    WHERE NOT EXISTS (SELECT FROM customer_email_claims c
      WHERE c.workspace_id = NEW.workspace_id AND c.email_key = w.key AND c.customer_id = NEW.id)
    ORDER BY place LIMIT 1;
  IF refused IS NOT NULL THEN
    RAISE unique_violation USING MESSAGE = 'Another customer has this email address.', TABLE = 'customers',
      CONSTRAINT = CASE WHEN refused = NEW.email_key THEN 'customers_email_unique' ELSE 'customers_more_emails_unique' END;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER claim_emails_insert AFTER INSERT ON customers FOR EACH ROW
  WHEN (NEW.email_unique AND NEW.deleted_at IS NULL) EXECUTE FUNCTION claim_emails();
CREATE TRIGGER claim_emails_update AFTER UPDATE ON customers FOR EACH ROW
  WHEN ((OLD.email_unique OR NEW.email_unique)
    AND (OLD.email_unique, OLD.deleted_at IS NULL, OLD.email, OLD.more_emails)
      IS DISTINCT FROM (NEW.email_unique, NEW.deleted_at IS NULL, NEW.email, NEW.more_emails))
  EXECUTE FUNCTION claim_emails();
CREATE TRIGGER claim_emails_delete AFTER DELETE ON customers FOR EACH ROW
  WHEN (OLD.email_unique) EXECUTE FUNCTION claim_emails();

INSERT INTO customer_email_claims (workspace_id, email_key, customer_id)
  SELECT workspace_id, email_key, id FROM customers WHERE email_unique AND deleted_at IS NULL AND email_key <> '';

-- What a customer is found by besides its first email and phone.
CREATE FUNCTION further_ends(more_emails jsonb, more_phones jsonb) RETURNS text[]
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
BEGIN
  IF more_emails IS NULL AND more_phones IS NULL THEN
    RETURN '{}';
  END IF;
  RETURN ARRAY(
    SELECT unnest(code_ends(each ->> 'email', 2)) FROM jsonb_array_elements(more_emails) AS each
    UNION ALL
    SELECT unnest(phone_ends(each ->> 'phone')) FROM jsonb_array_elements(more_phones) AS each);
END $$;

-- As in migration 0004, with further emails and phones.
DO $do$
DECLARE
  columns CONSTANT text := 'first_name, last_name, email, phone, more_emails, more_phones, assigned_sales_rep_id';
  words CONSTANT text := $$token_lines(search_words(concat(first_name, ' ', last_name)))$$;
  codes CONSTANT text := $$token_lines(word_pairs(concat(first_name, ' ', last_name)) || code_ends(email, 2) || phone_ends(phone) || further_ends(more_emails, more_phones))$$;
BEGIN
  EXECUTE format($function$
    CREATE OR REPLACE FUNCTION search_customers() RETURNS trigger LANGUAGE plpgsql
      SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        INSERT INTO search_document (workspace_id, kind, entity_id, words, codes, sales_rep_id)
          SELECT workspace_id, 1, id, %2$s, %3$s, assigned_sales_rep_id FROM new_rows WHERE deleted_at IS NULL;
      ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM search_document WHERE ctid = ANY (ARRAY(
          SELECT d.ctid FROM old_rows o, LATERAL (
            SELECT ctid FROM search_document d
            WHERE d.workspace_id = o.workspace_id AND d.kind = 1 AND d.entity_id = o.id LIMIT 1) d));
      ELSIF EXISTS (SELECT workspace_id, id, %1$s, deleted_at IS NULL FROM old_rows
          EXCEPT SELECT workspace_id, id, %1$s, deleted_at IS NULL FROM new_rows) THEN
        DELETE FROM search_document WHERE ctid = ANY (ARRAY(
          SELECT d.ctid FROM (
            SELECT workspace_id, id, %1$s, deleted_at IS NULL FROM old_rows
            EXCEPT SELECT workspace_id, id, %1$s, deleted_at IS NULL FROM new_rows) o, LATERAL (
            SELECT ctid FROM search_document d
            WHERE d.workspace_id = o.workspace_id AND d.kind = 1 AND d.entity_id = o.id LIMIT 1) d));
        INSERT INTO search_document (workspace_id, kind, entity_id, words, codes, sales_rep_id)
          SELECT workspace_id, 1, id, %2$s, %3$s, assigned_sales_rep_id FROM (
            SELECT workspace_id, id, %1$s, deleted_at IS NULL AS present FROM new_rows
            EXCEPT SELECT workspace_id, id, %1$s, deleted_at IS NULL FROM old_rows) n
          WHERE present;
      END IF;
      RETURN NULL;
    END $$ $function$, columns, words, codes);
  EXECUTE format($view$
    CREATE OR REPLACE VIEW search_source AS
    SELECT workspace_id, 1::smallint AS kind, id AS entity_id, %1$s AS words, %2$s AS codes, assigned_sales_rep_id AS sales_rep_id
      FROM customers WHERE deleted_at IS NULL
    UNION ALL SELECT workspace_id, 2::smallint, id, token_lines(search_words(name)),
      token_lines(word_pairs(name) || code_ends(domain, 2) || phone_ends(phone)), NULL::bigint
      FROM companies WHERE deleted_at IS NULL
    UNION ALL SELECT workspace_id, 3::smallint, id, token_lines(search_words(concat(product_name, ' ', category))),
      token_lines(word_pairs(product_name) || number_ends(sku)), NULL::bigint
      FROM products WHERE deleted_at IS NULL
    UNION ALL SELECT workspace_id, 5::smallint, id, %1$s,
      token_lines(word_pairs(concat(first_name, ' ', last_name)) || code_ends(email, 2) || phone_ends(phone)), NULL::bigint
      FROM sales_representatives WHERE deleted_at IS NULL
    $view$, words, codes);
END $do$;

ANALYZE customers (more_emails, more_phones);
