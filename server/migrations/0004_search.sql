-- Search by parts of words: every word of a record is a row of search_token, found by a range of the index.
-- Records become documents by statement triggers on their tables, and documents become tokens by triggers on
-- search_document, so no writer can forget them.

CREATE TABLE search_document (
  workspace_id int NOT NULL,
  -- 1 customer, 2 company, 3 product, 4 order, 5 sales representative
  kind smallint NOT NULL,
  entity_id bigint NOT NULL,
  words text[] NOT NULL,
  -- Whose record it is, for putting a person's own first.
  sales_rep_id bigint,
  tsv tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(words)) STORED,
  PRIMARY KEY (workspace_id, kind, entity_id)
);
-- For several words that are all common; a rare one is found by its tokens.
CREATE INDEX search_document_words ON search_document USING gin (workspace_id, tsv);

-- kind leads token: looking for products among a million customers called alike stays a short range. Of equal
-- tokens the newest records come first.
CREATE TABLE search_token (
  workspace_id int NOT NULL,
  kind smallint NOT NULL,
  token text COLLATE "C" NOT NULL,
  entity_id bigint NOT NULL
);
CREATE UNIQUE INDEX search_token_key ON search_token (workspace_id, kind, token, entity_id DESC);

-- The words that occur, for finding the one that was meant behind a typing error.
CREATE TABLE search_vocabulary (
  workspace_id int NOT NULL,
  token text COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, token)
);
CREATE INDEX search_vocabulary_trigrams ON search_vocabulary USING gin (workspace_id, token gin_trgm_ops);

-- Each word once: two equal tokens of a record would not fit into search_token. In C, so it costs 2 µs.
CREATE FUNCTION distinct_words(words text[]) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN tsvector_to_array(array_to_tsvector(array_remove(words, '')));

-- The distinct words of a text: without case and accents, at most 64, each at most 40 characters. Words of scripts
-- that put no blanks between words (Chinese, Japanese, Korean, Thai) also count from each of their characters on.
-- In one query over the words this would be shorter, and ten times slower: 17 µs become 170.
CREATE FUNCTION search_words(value text) RETURNS text[]
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  plain text := coalesce(regexp_replace(normalize_text(left(value, 2000)), '[^[:alnum:]]+', ' ', 'g'), '');
  words text[] := string_to_array(plain, ' ');
BEGIN
  IF octet_length(plain) > length(plain) AND plain ~ '[\u0E00-\u0E7F\u3040-\u30FF\u3400-\u9FFF\uAC00-\uD7AF]' THEN
    words := ARRAY(
      SELECT substr(word, start) FROM unnest(words) AS word,
        generate_series(1, CASE WHEN word ~ '[\u0E00-\u0E7F\u3040-\u30FF\u3400-\u9FFF\uAC00-\uD7AF]'
          THEN least(length(word), 20) ELSE 1 END) AS start);
  END IF;
  IF length(plain) > 40 THEN
    FOR i IN 1 .. cardinality(words) LOOP
      words[i] := left(words[i], 40);
    END LOOP;
  END IF;
  RETURN (distinct_words(words))[1:64];
END $$;

-- A phone number is found by any of its first digits, with or without country code or leading zeros: its ends of at
-- least four digits from the first five places on. Some of them may be '' or alike.
CREATE FUNCTION phone_tokens(digits text) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY[
    CASE WHEN length(digits) >= 4 THEN left(digits, 24) ELSE '' END,
    CASE WHEN length(digits) >= 5 THEN substr(left(digits, 24), 2) ELSE '' END,
    CASE WHEN length(digits) >= 6 THEN substr(left(digits, 24), 3) ELSE '' END,
    CASE WHEN length(digits) >= 7 THEN substr(left(digits, 24), 4) ELSE '' END,
    CASE WHEN length(digits) >= 8 THEN substr(left(digits, 24), 5) ELSE '' END
  ];

CREATE FUNCTION tokens_of_inserted_documents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_token (workspace_id, kind, token, entity_id)
    SELECT workspace_id, kind, word, entity_id FROM new_rows, unnest(words) AS word
    ORDER BY workspace_id, kind, word, entity_id DESC;
  -- In the order of the key: two writers who bring the same new words wait for each other in a line, not in a circle.
  INSERT INTO search_vocabulary (workspace_id, token)
    SELECT DISTINCT workspace_id, word FROM new_rows, unnest(words) AS word
    WHERE length(word) >= 4 AND word !~ '[0-9]' AND NOT EXISTS (
      SELECT 1 FROM search_vocabulary v WHERE v.workspace_id = new_rows.workspace_id AND v.token = word)
    ORDER BY workspace_id, word
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE FUNCTION tokens_of_deleted_documents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM search_token t USING (
      SELECT workspace_id, kind, entity_id, word FROM old_rows, unnest(words) AS word) gone
    WHERE t.workspace_id = gone.workspace_id AND t.kind = gone.kind AND t.token = gone.word
      AND t.entity_id = gone.entity_id;
  RETURN NULL;
END $$;

CREATE TRIGGER tokens_insert AFTER INSERT ON search_document REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tokens_of_inserted_documents();
CREATE TRIGGER tokens_delete AFTER DELETE ON search_document REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tokens_of_deleted_documents();

-- What each record is found by: one view for each kind, used by the triggers and by build_search().
CREATE FUNCTION customer_words(first_name text, last_name text, email text, phone_digits text) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN distinct_words(search_words(concat_ws(' ', first_name, last_name, email)) || phone_tokens(phone_digits));

CREATE FUNCTION company_words(name text, domain text, phone text) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN distinct_words(
    search_words(concat_ws(' ', name, domain)) || phone_tokens(regexp_replace(coalesce(phone, ''), '\D', '', 'g')));

CREATE FUNCTION search_customers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO search_document (workspace_id, kind, entity_id, words, sales_rep_id)
      SELECT workspace_id, 1, id, customer_words(first_name, last_name, email, phone_digits), assigned_sales_rep_id
      FROM new_rows WHERE deleted_at IS NULL;
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM search_document d USING old_rows o WHERE d.workspace_id = o.workspace_id AND d.kind = 1 AND d.entity_id = o.id;
  ELSE
    IF EXISTS (SELECT 1 FROM old_rows o JOIN new_rows n USING (workspace_id, id)
        WHERE (o.first_name, o.last_name, o.email, o.phone_digits, o.assigned_sales_rep_id, o.deleted_at IS NULL)
          IS DISTINCT FROM (n.first_name, n.last_name, n.email, n.phone_digits, n.assigned_sales_rep_id, n.deleted_at IS NULL)) THEN
      DELETE FROM search_document d USING old_rows o JOIN new_rows n USING (workspace_id, id)
        WHERE d.workspace_id = o.workspace_id AND d.kind = 1 AND d.entity_id = o.id
          AND (o.first_name, o.last_name, o.email, o.phone_digits, o.assigned_sales_rep_id, o.deleted_at IS NULL)
            IS DISTINCT FROM (n.first_name, n.last_name, n.email, n.phone_digits, n.assigned_sales_rep_id, n.deleted_at IS NULL);
      INSERT INTO search_document (workspace_id, kind, entity_id, words, sales_rep_id)
        SELECT n.workspace_id, 1, n.id, customer_words(n.first_name, n.last_name, n.email, n.phone_digits), n.assigned_sales_rep_id
        FROM new_rows n WHERE n.deleted_at IS NULL AND NOT EXISTS (
          SELECT 1 FROM search_document d WHERE d.workspace_id = n.workspace_id AND d.kind = 1 AND d.entity_id = n.id);
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- The other kinds are few or change rarely: what changed is simply made anew.
CREATE FUNCTION search_companies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM search_document d USING old_rows o WHERE d.workspace_id = o.workspace_id AND d.kind = 2 AND d.entity_id = o.id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO search_document (workspace_id, kind, entity_id, words)
      SELECT workspace_id, 2, id, company_words(name, domain, phone)
      FROM new_rows WHERE deleted_at IS NULL;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION search_products() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM search_document d USING old_rows o WHERE d.workspace_id = o.workspace_id AND d.kind = 3 AND d.entity_id = o.id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO search_document (workspace_id, kind, entity_id, words)
      SELECT workspace_id, 3, id, search_words(concat_ws(' ', product_name, sku, replace(sku_key, '-', ''), category))
      FROM new_rows WHERE deleted_at IS NULL;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION search_representatives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM search_document d USING old_rows o WHERE d.workspace_id = o.workspace_id AND d.kind = 5 AND d.entity_id = o.id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO search_document (workspace_id, kind, entity_id, words)
      SELECT workspace_id, 5, id, search_words(concat_ws(' ', first_name, last_name, email))
      FROM new_rows WHERE deleted_at IS NULL;
  END IF;
  RETURN NULL;
END $$;

-- Orders change often but rarely their number: only then, or with the trash, their document changes.
CREATE FUNCTION search_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO search_document (workspace_id, kind, entity_id, words, sales_rep_id)
      SELECT workspace_id, 4, id, search_words(order_number), sales_rep_id FROM new_rows WHERE deleted_at IS NULL;
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM search_document d USING old_rows o WHERE d.workspace_id = o.workspace_id AND d.kind = 4 AND d.entity_id = o.id;
  ELSIF EXISTS (SELECT 1 FROM old_rows o JOIN new_rows n USING (workspace_id, id)
      WHERE (o.order_number, o.sales_rep_id, o.deleted_at IS NULL) IS DISTINCT FROM (n.order_number, n.sales_rep_id, n.deleted_at IS NULL)) THEN
    DELETE FROM search_document d USING old_rows o WHERE d.workspace_id = o.workspace_id AND d.kind = 4 AND d.entity_id = o.id;
    INSERT INTO search_document (workspace_id, kind, entity_id, words, sales_rep_id)
      SELECT workspace_id, 4, id, search_words(order_number), sales_rep_id FROM new_rows WHERE deleted_at IS NULL;
  END IF;
  RETURN NULL;
END $$;

DO $$
DECLARE
  searched text[] := ARRAY['customers', 'companies', 'products', 'orders', 'sales_representatives'];
  functions text[] := ARRAY['search_customers', 'search_companies', 'search_products', 'search_orders', 'search_representatives'];
BEGIN
  FOR i IN 1 .. array_length(searched, 1) LOOP
    EXECUTE format('CREATE TRIGGER search_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', searched[i], functions[i]);
    EXECUTE format('CREATE TRIGGER search_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', searched[i], functions[i]);
    EXECUTE format('CREATE TRIGGER search_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', searched[i], functions[i]);
  END LOOP;
END $$;

-- Fills the documents of workspaces that have none: after a bulk load with the triggers off.
CREATE FUNCTION build_search(workspaces int[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_document (workspace_id, kind, entity_id, words, sales_rep_id)
    SELECT workspace_id, 1, id, customer_words(first_name, last_name, email, phone_digits), assigned_sales_rep_id
    FROM customers WHERE workspace_id = ANY (workspaces) AND deleted_at IS NULL
    UNION ALL SELECT workspace_id, 2, id, company_words(name, domain, phone), NULL
    FROM companies WHERE workspace_id = ANY (workspaces) AND deleted_at IS NULL
    UNION ALL SELECT workspace_id, 3, id, search_words(concat_ws(' ', product_name, sku, replace(sku_key, '-', ''), category)), NULL
    FROM products WHERE workspace_id = ANY (workspaces) AND deleted_at IS NULL
    UNION ALL SELECT workspace_id, 4, id, search_words(order_number), sales_rep_id
    FROM orders WHERE workspace_id = ANY (workspaces) AND deleted_at IS NULL
    UNION ALL SELECT workspace_id, 5, id, search_words(concat_ws(' ', first_name, last_name, email)), NULL
    FROM sales_representatives WHERE workspace_id = ANY (workspaces) AND deleted_at IS NULL;
END $$;
