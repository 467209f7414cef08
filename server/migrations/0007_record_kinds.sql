-- What every kind of record has, so that none repeats it. The migration of a new kind creates its table (with the columns
-- that keep_record_kind() asks for), its lists' indexes, and calls
--
--   CALL keep_record_kind('tickets', 7, 'ticket', 'title', 'ticket_number');
--   CALL keep_search('tickets', 'title, ticket_number, sales_rep_id', 'sales_rep_id',
--     'search_words(title)', 'word_pairs(title) || number_ends(ticket_number)');
--
-- version and updated_at are set by whoever writes (records/ in the program), which must know them to tell conflicting
-- edits apart; so is the history.
-- compatible-from: 0011

-- The kinds of records that lists, trash, history, counts and search know. vocabulary in the program says the same.
CREATE TABLE record_kinds (
  -- The key of the kind in the summary 'records', and its number in the search.
  number smallint PRIMARY KEY CHECK (number > 0),
  -- Its table.
  records text COLLATE "C" NOT NULL UNIQUE,
  -- What one of them is called in the history.
  object text COLLATE "C" NOT NULL UNIQUE
);

-- Which kinds the search knows, and what it finds them by. Filled by keep_search().
CREATE TABLE search_kinds (
  number smallint PRIMARY KEY REFERENCES record_kinds,
  -- SQL over a row: text[] of the words of names; NULL for kinds that have nothing but codes.
  words text,
  -- SQL over a row: text[] of what is found as it is written: numbers, addresses, pairs of words.
  codes text NOT NULL,
  -- SQL over a row: the representative whose it is.
  owner text NOT NULL
);

-- Plain counts of records outside the trash. The argument of the trigger is the number of the kind.
CREATE FUNCTION summarize_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO summary_delta (workspace_id, kind, key, n)
      SELECT workspace_id, 'records', TG_ARGV[0]::bigint, count(*) FROM new_rows WHERE deleted_at IS NULL
      GROUP BY workspace_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO summary_delta (workspace_id, kind, key, n)
      SELECT workspace_id, 'records', TG_ARGV[0]::bigint, -count(*) FROM old_rows WHERE deleted_at IS NULL
      GROUP BY workspace_id;
  ELSE
    INSERT INTO summary_delta (workspace_id, kind, key, n)
      SELECT workspace_id, 'records', TG_ARGV[0]::bigint, sum(n) FROM (
        SELECT workspace_id, 1 AS n FROM new_rows WHERE deleted_at IS NULL
        UNION ALL SELECT workspace_id, -1 FROM old_rows WHERE deleted_at IS NULL) changed
      GROUP BY workspace_id HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;

-- Makes the rows of a table a kind of record: counted, told to other processes' caches, known to the history, and listed
-- and found in the trash. `name`, `code` and `phone` are SQL over a row, what it is found by there. Can be called once for
-- a table, while it is empty. Raises if a column that every kind has is missing.
CREATE PROCEDURE keep_record_kind(
  records regclass, number int, object text, name text, code text DEFAULT 'NULL', phone text DEFAULT 'NULL')
  LANGUAGE plpgsql AS $$
DECLARE
  missing text;
  counts text;
BEGIN
  SELECT string_agg(c, ', ' ORDER BY c) INTO missing
    FROM unnest(ARRAY['workspace_id', 'id', 'version', 'created_at', 'updated_at', 'deleted_at']) AS c
    WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = records AND a.attname = c);
  IF missing IS NOT NULL THEN
    RAISE 'Table % lacks what every kind of record has: %.', records, missing;
  END IF;
  INSERT INTO record_kinds VALUES (number, records, object);
  CALL keep_triggers(records, 'count', format('summarize_records(%s)', number));
  CALL keep_triggers(records, 'notify', 'notify_changes()');

  -- The plain form of the counts, one arm for each kind.
  SELECT string_agg(format('SELECT workspace_id, ''-infinity'' AS period, %s AS key, '''' AS currency, count(*) AS n, 0 AS amount '
      'FROM %s WHERE deleted_at IS NULL GROUP BY workspace_id', k.number, k.records), ' UNION ALL ' ORDER BY k.number)
    INTO counts FROM record_kinds k;
  CALL keep_summary('records', counts);

  -- What was allowed before still is, so nothing needs to be read (NOT VALID).
  ALTER TABLE change_events DROP CONSTRAINT IF EXISTS change_events_object_check;
  EXECUTE 'ALTER TABLE change_events ADD CONSTRAINT change_events_object_check CHECK (object IN ('
    || (SELECT string_agg(quote_literal(k.object), ', ' ORDER BY k.number) FROM record_kinds k) || ')) NOT VALID';

  -- The trash, newest first, and the search in it; indexes of the trash alone cost the living nothing.
  EXECUTE format('CREATE INDEX %I ON %s (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL', records || '_trash', records);
  EXECUTE format('CREATE INDEX %I ON %s USING gin (trash_words(workspace_id, %s, %s, %s)) WHERE deleted_at IS NOT NULL',
    records || '_trash_words', records, name, code, phone);
END $$;

-- Makes a kind of record searched by the SQL expressions `words` and `codes` (see search_kinds) over `columns`, which are
-- all that these and `owner` read. Makes the function search_<table>() and its triggers. Called again it changes what the
-- kind is found by; whatever rows there are must then be made searchable by rebuild_search().
CREATE PROCEDURE keep_search(records regclass, columns text, owner text, words text, codes text)
  LANGUAGE plpgsql AS $procedure$
DECLARE
  kind int := (SELECT k.number FROM record_kinds k WHERE k.records = keep_search.records::text);
  -- What a statement left otherwise than it was, before and after it; no joins, see tokens_of_documents().
  gone text := format('SELECT workspace_id, id, %1$s, deleted_at IS NULL FROM old_rows
      EXCEPT SELECT workspace_id, id, %1$s, deleted_at IS NULL FROM new_rows', columns);
  come text := format('SELECT workspace_id, id, %1$s, deleted_at IS NULL AS present FROM new_rows
      EXCEPT SELECT workspace_id, id, %1$s, deleted_at IS NULL FROM old_rows', columns);
  -- Statements that take out and put in what the rows of %s are found by.
  take_out text := format('DELETE FROM search_document WHERE ctid = ANY (ARRAY(
      SELECT d.ctid FROM %%s o, LATERAL (SELECT ctid FROM search_document d
        WHERE d.workspace_id = o.workspace_id AND d.kind = %s AND d.entity_id = o.id LIMIT 1) d))', kind);
  put_in text := format('INSERT INTO search_document (workspace_id, kind, entity_id, words, codes, sales_rep_id)
      SELECT workspace_id, %s, id, token_lines(%s), token_lines(%s), %s FROM %%s', kind, words, codes, owner);
BEGIN
  IF kind IS NULL THEN
    RAISE '% is no kind of record: call keep_record_kind() first.', records;
  END IF;
  IF words IS NULL THEN
    take_out := format('DELETE FROM search_token WHERE ctid = ANY (ARRAY(
      SELECT t.ctid FROM %%s o, unnest(%s) AS gone, LATERAL (SELECT ctid FROM search_token t
        WHERE t.workspace_id = o.workspace_id AND t.kind = %s AND t.token = gone COLLATE "C" AND t.entity_id = o.id LIMIT 1) t))',
      codes, kind);
    put_in := format('INSERT INTO search_token (workspace_id, kind, token, entity_id, sales_rep_id)
      SELECT workspace_id, %s, token, id, %s FROM %%s, unnest(distinct_words(%s)) AS token
      ORDER BY workspace_id, token, id DESC', kind, owner, codes);
  END IF;
  EXECUTE format($function$
CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    %s;
  ELSIF TG_OP = 'DELETE' THEN
    %s;
  ELSIF EXISTS (%s) THEN
    %s;
    %s;
  END IF;
  RETURN NULL;
END $$ $function$, 'search_' || records, format(put_in, '(SELECT * FROM new_rows WHERE deleted_at IS NULL) n'),
    format(take_out, 'old_rows'), gone, format(take_out, '(' || gone || ')'), format(put_in, '(SELECT * FROM (' || come || ') changed WHERE present) n'));
  CALL keep_triggers(records, 'search', format('%I()', 'search_' || records));
  INSERT INTO search_kinds VALUES (kind, words, codes, owner) ON CONFLICT ON CONSTRAINT search_kinds_pkey
    DO UPDATE SET words = excluded.words, codes = excluded.codes, owner = excluded.owner;

  -- What search_document must equal, and the tokens of kinds that have no documents.
  EXECUTE coalesce('CREATE OR REPLACE VIEW search_source AS ' || (
    SELECT string_agg(format('SELECT workspace_id, %s::smallint AS kind, id AS entity_id, token_lines(%s) AS words, token_lines(%s) AS codes, '
      '%s AS sales_rep_id FROM %s WHERE deleted_at IS NULL', number, s.words, s.codes, s.owner, k.records), ' UNION ALL ' ORDER BY number)
    FROM search_kinds s JOIN record_kinds k USING (number) WHERE s.words IS NOT NULL), 'SELECT');
  EXECUTE coalesce('CREATE OR REPLACE VIEW search_codes AS ' || (
    SELECT string_agg(format('SELECT workspace_id, %s::smallint AS kind, token, id AS entity_id, %s AS sales_rep_id '
      'FROM %s, unnest(distinct_words(%s)) AS token WHERE deleted_at IS NULL', number, s.owner, k.records, s.codes), ' UNION ALL ' ORDER BY number)
    FROM search_kinds s JOIN record_kinds k USING (number) WHERE s.words IS NULL), 'SELECT');
END $procedure$;

-- Makes all workspaces given searchable at once, after a load with the triggers of the records off. They must have
-- no documents and tokens yet. The triggers of search_document must be on: they make the tokens.
--
-- Making words of the records is most of it, and PostgreSQL shares a query out to parallel workers when it fills a new
-- table (CREATE TABLE AS), but not when it inserts into an old one: so it is a third faster.
CREATE FUNCTION build_search(workspaces int[]) RETURNS void LANGUAGE plpgsql
  SET parallel_setup_cost = 0 SET parallel_tuple_cost = 0 AS $$
BEGIN
  EXECUTE format('CREATE TEMP TABLE built_documents ON COMMIT DROP AS
    SELECT workspace_id, kind, entity_id, words, codes, sales_rep_id FROM search_source WHERE workspace_id = ANY (%L)', workspaces);
  INSERT INTO search_document (workspace_id, kind, entity_id, words, codes, sales_rep_id)
    SELECT workspace_id, kind, entity_id, words, codes, sales_rep_id FROM built_documents;
  DROP TABLE built_documents;
  EXECUTE format('CREATE TEMP TABLE built_tokens ON COMMIT DROP AS
    SELECT workspace_id, kind, token, entity_id, sales_rep_id FROM search_codes WHERE workspace_id = ANY (%L)', workspaces);
  INSERT INTO search_token (workspace_id, kind, token, entity_id, sales_rep_id)
    SELECT workspace_id, kind, token, entity_id, sales_rep_id FROM built_tokens
    ORDER BY workspace_id, kind, token COLLATE "C", entity_id DESC;
  DROP TABLE built_tokens;
END $$;

-- Makes a workspace's search anew, whatever state it is in. Nobody can change records of any workspace meanwhile.
CREATE FUNCTION rebuild_search(workspace int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'LOCK TABLE ' || (SELECT string_agg(records, ', ' ORDER BY number) FROM search_kinds JOIN record_kinds USING (number))
    || ' IN SHARE MODE';
  DELETE FROM search_token WHERE workspace_id = workspace;
  DELETE FROM search_document WHERE workspace_id = workspace;
  DELETE FROM search_vocabulary WHERE workspace_id = workspace;
  PERFORM build_search(ARRAY[workspace]);
END $$;
