-- One comparison for all text that people filter, sort, look up and hold unique: normalize_text(). Cities, countries,
-- sources, industries, categories and order numbers were compared to the letter, names without case and accents, the
-- search in a third way. What is compared is kept folded in a column of its own, so lists cost what they did.

-- Text as people take it for the same: without case, accents, points of vowels, width and form of letters, kinds of
-- apostrophes, dashes and digits, invisible characters, and blanks at its ends or repeated. Not STRICT, so that
-- PostgreSQL writes it out where it is used; NULL for NULL all the same.
CREATE FUNCTION fold_letters(value text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
  -- First, or an acute accent for an apostrophe would be a blank with an accent.
  folded text := normalize(translate(value, '´', ''''), NFKC);
BEGIN
  folded := regexp_replace(folded, '[\u00AD\u0300-\u036F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u061C\u0640\u064B-\u065F\u0670\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF\U000E0000-\U000E01EF]+', '', 'g');
  folded := lower(public.unaccent('public.unaccent'::regdictionary, translate(folded, 'ʻʼʹ‘’‛′`´‐‑‒–—―−', '''''''''''''''''''-------')));
  folded := translate(folded, 'ςأإآٱىة٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'σاااايه01234567890123456789');
  RETURN btrim(regexp_replace(folded, '[\s\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+', ' ', 'g'));
END $$;

CREATE OR REPLACE FUNCTION normalize_text(value text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE
    WHEN octet_length(value) <> length(value) THEN public.fold_letters(value)
    WHEN strpos(value, '  ') > 0 THEN public.fold_letters(value)
    ELSE lower(btrim(translate(value, '`', '''')))
  END;

-- What two spellings of one email address have in common: emailKey() of values/email.ts. '' for none.
CREATE FUNCTION email_key(email text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE
    WHEN email IS NULL THEN ''
    WHEN octet_length(email) = length(email) THEN lower(btrim(email))
    ELSE lower(btrim(regexp_replace(normalize(email, NFC),
      '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\U000E0000-\U000E0FFF]+', '', 'g'), E' \u00A0\u3000'))
  END;

-- Folded text in which numbers sort as numbers: each run of up to 15 digits is filled up with zeros.
CREATE FUNCTION natural_key(value text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN value ~ '[0-9]' THEN
    regexp_replace(
      regexp_replace(normalize_text(value), '(?<![0-9])([0-9]{1,15})(?![0-9])', E'\x01000000000000000\\1', 'g'),
      '\x01[0-9]*([0-9]{15})(?![0-9])', '\1', 'g')
    ELSE normalize_text(value) END;

-- Text of nothing but blanks is no value.
UPDATE customers SET last_name = '?' WHERE first_name = '' AND last_name = '' AND email !~ '\S';
DO $$
DECLARE
  target record;
BEGIN
  FOR target IN SELECT * FROM (VALUES
    ('sales_representatives', ARRAY['email', 'phone', 'title', 'region', 'notes']),
    ('companies', ARRAY['domain', 'industry', 'phone', 'address', 'city', 'region', 'postal_code', 'country', 'notes']),
    ('customers', ARRAY['email', 'phone', 'job_title', 'source', 'address', 'city', 'region', 'postal_code', 'country', 'notes']),
    ('products', ARRAY['sku', 'category', 'description']),
    ('orders', ARRAY['notes']),
    ('interactions', ARRAY['body'])
  ) AS v (records, texts) LOOP
    EXECUTE format('UPDATE %I SET %s WHERE %s', target.records,
      (SELECT string_agg(format('%1$I = CASE WHEN %1$I ~ ''\S'' THEN %1$I END', name), ', ') FROM unnest(target.texts) AS name),
      (SELECT string_agg(format('%1$I !~ ''\S''', name), ' OR ') FROM unnest(target.texts) AS name));
    EXECUTE format('ALTER TABLE %1$I ADD CONSTRAINT %1$s_texts CHECK (%2$s) NOT VALID', target.records,
      (SELECT string_agg(format('%I <> ''''', name), ' AND ') FROM unnest(target.texts) AS name));
    EXECUTE format('ALTER TABLE %1$I VALIDATE CONSTRAINT %1$s_texts', target.records);
  END LOOP;
END $$;

-- Only the few rows whose folded names are other than before; all the rest stands.
UPDATE sales_representatives SET first_name = first_name, last_name = last_name
  WHERE first_name_sort <> normalize_text(first_name) OR last_name_sort <> normalize_text(last_name);
UPDATE companies SET name = name WHERE name_sort <> normalize_text(name);
UPDATE customers SET first_name = first_name, last_name = last_name
  WHERE first_name_sort <> normalize_text(first_name) OR last_name_sort <> normalize_text(last_name);
UPDATE products SET product_name = product_name WHERE product_name_sort <> normalize_text(product_name);

-- What was told apart by nothing that anybody sees cannot stay unique; what it was is kept where it can be read.
WITH shared AS (
  SELECT workspace_id, id, row_number() OVER (PARTITION BY workspace_id, email_key(email) ORDER BY id) AS place
  FROM customers WHERE email_unique AND deleted_at IS NULL AND email <> '')
UPDATE customers c SET email = NULL, notes = left(concat_ws(E'\n', 'Email: ' || c.email || ' (of another customer too)', c.notes), 10000),
    last_name = CASE WHEN c.first_name = '' AND c.last_name = '' THEN left(c.email, 100) ELSE c.last_name END
  FROM shared WHERE c.workspace_id = shared.workspace_id AND c.id = shared.id AND shared.place > 1;
WITH shared AS (
  SELECT workspace_id, id, row_number() OVER (PARTITION BY workspace_id, normalize_text(sku) ORDER BY id) AS place
  FROM products WHERE deleted_at IS NULL AND sku IS NOT NULL)
UPDATE products p SET sku = left(p.sku, 40) || ' (' || p.id || ')'
  FROM shared WHERE p.workspace_id = shared.workspace_id AND p.id = shared.id AND shared.place > 1;

ALTER TABLE sales_representatives
  DROP COLUMN email_key,
  ADD COLUMN email_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (email_key(email)) STORED,
  ADD COLUMN region_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalize_text(coalesce(region, ''))) STORED;

ALTER TABLE companies
  DROP COLUMN facets,
  ADD COLUMN industry_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalize_text(coalesce(industry, ''))) STORED,
  ADD COLUMN city_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalize_text(coalesce(city, ''))) STORED,
  ADD COLUMN country_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalize_text(coalesce(country, ''))) STORED,
  ADD COLUMN facets int[] NOT NULL GENERATED ALWAYS AS (
    ARRAY[
      facet(workspace_id, 'industry', normalize_text(industry)), facet(workspace_id, 'city', normalize_text(city)),
      facet(workspace_id, 'country', normalize_text(country))
    ]
  ) STORED;

ALTER TABLE customers
  DROP COLUMN facets,
  DROP COLUMN email_key,
  ADD COLUMN email_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (email_key(email)) STORED,
  ADD COLUMN source_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalize_text(coalesce(source, ''))) STORED,
  ADD COLUMN city_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalize_text(coalesce(city, ''))) STORED,
  ADD COLUMN country_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalize_text(coalesce(country, ''))) STORED,
  ADD COLUMN facets int[] NOT NULL GENERATED ALWAYS AS (
    ARRAY[
      facet(workspace_id, 'lifecycle_stage', lifecycle_stage),
      facet(workspace_id, 'assigned_sales_rep_id', assigned_sales_rep_id::text),
      facet(workspace_id, 'company_id', company_id::text), facet(workspace_id, 'source', normalize_text(source)),
      facet(workspace_id, 'city', normalize_text(city)), facet(workspace_id, 'country', normalize_text(country))
    ]
  ) STORED;

ALTER TABLE products
  DROP COLUMN facets,
  DROP COLUMN sku_key,
  ADD COLUMN sku_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalize_text(coalesce(sku, ''))) STORED,
  ADD COLUMN category_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalize_text(coalesce(category, ''))) STORED,
  ADD COLUMN product_name_natural text COLLATE "C" NOT NULL GENERATED ALWAYS AS (natural_key(product_name)) STORED,
  ADD COLUMN facets int[] NOT NULL GENERATED ALWAYS AS (
    ARRAY[facet(workspace_id, 'category', normalize_text(category)), facet(workspace_id, 'active', active::text)]
  ) STORED;

ALTER TABLE orders
  ADD COLUMN order_number_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalize_text(order_number)) STORED,
  ADD COLUMN order_number_natural text COLLATE "C" NOT NULL GENERATED ALWAYS AS (natural_key(order_number)) STORED;

CREATE INDEX companies_facets ON companies USING gin (facets) WITH (gin_pending_list_limit = 128) WHERE deleted_at IS NULL;
CREATE INDEX customers_facets ON customers USING gin (facets) WITH (gin_pending_list_limit = 128) WHERE deleted_at IS NULL;
CREATE INDEX products_facets ON products USING gin (facets) WITH (gin_pending_list_limit = 128) WHERE deleted_at IS NULL;
CREATE INDEX customers_email ON customers (workspace_id, email_key, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX customers_email_unique ON customers (workspace_id, email_key)
  WHERE email_unique AND deleted_at IS NULL AND email_key <> '';
CREATE UNIQUE INDEX products_sku_unique ON products (workspace_id, sku_key) WHERE deleted_at IS NULL AND sku_key <> '';
CREATE INDEX products_name_natural ON products (workspace_id, product_name_natural, id) WHERE deleted_at IS NULL;
DROP INDEX orders_number;
CREATE INDEX orders_number ON orders (workspace_id, order_number_key, id) WHERE deleted_at IS NULL;
CREATE INDEX orders_number_natural ON orders (workspace_id, order_number_natural, id) WHERE deleted_at IS NULL;

-- The search folds as everything else does; besides, it splits words and strips zeros.
CREATE OR REPLACE FUNCTION search_fold(value text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
  folded text := left(value, 2000);
BEGIN
  IF octet_length(folded) = length(folded) THEN
    RETURN regexp_replace(lower(folded), '[\x01-\x20!"$%&()*,/:;<=>?[\\\]^`{|}~\x7F]+', ' ', 'g');
  END IF;
  RETURN regexp_replace(translate(normalize_text(folded), '·', '-'),
    '[\x01-\x20!"$%&()*,/:;<=>?[\\\]^`{|}~\x7F-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7\u05BE\u05C0\u05C3\u05C6\u060C\u061B\u061F\u066A-\u066D\u06D4\u0964\u0965\u1680\u2000-\u206F\u2190-\u2BFF\u2E00-\u2E7F\u3000-\u3004\u3008-\u3020\u3030\u30FB\uFE10-\uFE6F\uFF00-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65]+',
    ' ', 'g');
END $$;

-- The words of a name: "Anne O'Neil" has anne, o, neil and oneil; "Mc Donald" also mcdonald. In scripts that put no
-- blanks between words (Thai, Lao, Khmer, Burmese, Chinese, Japanese, Korean) a word also counts from each of its
-- characters on, and where another script goes over into one of these or back: "ABC商事" is found by 商事. Words with
-- the Arabic article count without it too.
CREATE OR REPLACE FUNCTION search_words(value text) RETURNS text[]
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  folded text := coalesce(search_fold(value), '');
  parts text := translate(folded, '-.''@#+_', '       ');
  words text[] := string_to_array(strip_zeros(parts), ' ');
  unspaced CONSTANT text := '[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3040-\u30FF\u3400-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\U00020000-\U0003FFFF]';
BEGIN
  IF folded ~ '[-.''@#+_]' THEN
    words := words || search_terms(folded);
  END IF;
  IF parts ~ '\m(mc|mac|o|d|l|al|el) +[[:alpha:]]' THEN
    words := words || string_to_array(regexp_replace(parts, '\m(mc|mac|o|d|l|al|el) +(?=[[:alpha:]])', '\1', 'g'), ' ');
  END IF;
  IF octet_length(folded) > length(folded) THEN
    IF folded ~ unspaced THEN
      words := words || ARRAY(SELECT substr(word, start) FROM unnest(words) AS word, generate_series(2, least(length(word), 20)) AS start
        WHERE substr(word, start - 1, 2) ~ unspaced);
    END IF;
    IF folded ~ 'ال' THEN
      words := words || ARRAY(SELECT substr(word, 3) FROM unnest(words) AS word WHERE word ~ '^ال.{3}');
    END IF;
  END IF;
  IF length(folded) > 60 THEN
    words := ARRAY(SELECT left(word, 60) FROM unnest(words) AS word);
  END IF;
  RETURN distinct_words(words);
END $$;

-- Only documents that these can have changed are looked at, and those that did are made anew, with their tokens.
DO $$
BEGIN
  CREATE TEMP TABLE changed_documents ON COMMIT DROP AS
    SELECT d.workspace_id, d.kind, d.entity_id, s.words, s.codes, s.sales_rep_id
    FROM search_document d CROSS JOIN LATERAL (
      SELECT s.words, s.codes, s.sales_rep_id FROM search_source s
      WHERE s.workspace_id = d.workspace_id AND s.kind = d.kind AND s.entity_id = d.entity_id LIMIT 1) s
    WHERE (octet_length(d.words) > length(d.words) OR octet_length(d.codes) > length(d.codes)
        OR d.words ~ E'\n(mc|mac|o|d|l|al|el)(\n|$)')
      AND (d.words, d.codes) IS DISTINCT FROM (s.words, s.codes);
  DELETE FROM search_document d USING changed_documents c
    WHERE d.workspace_id = c.workspace_id AND d.kind = c.kind AND d.entity_id = c.entity_id;
  INSERT INTO search_document (workspace_id, kind, entity_id, words, codes, sales_rep_id)
    SELECT workspace_id, kind, entity_id, words, codes, sales_rep_id FROM changed_documents;
  IF EXISTS (SELECT 1 FROM orders WHERE octet_length(order_number) > length(order_number)) THEN
    DELETE FROM search_token t USING orders o
      WHERE t.kind = 4 AND t.workspace_id = o.workspace_id AND t.entity_id = o.id
        AND octet_length(o.order_number) > length(o.order_number);
    INSERT INTO search_token (workspace_id, kind, token, entity_id, sales_rep_id)
      SELECT workspace_id, 4, token, id, sales_rep_id FROM orders, unnest(distinct_words(number_ends(order_number))) AS token
      WHERE octet_length(order_number) > length(order_number) AND deleted_at IS NULL;
  END IF;
END $$;

-- The planner chooses lists by what it knows of the new columns.
ANALYZE sales_representatives, companies, customers, products, orders;
