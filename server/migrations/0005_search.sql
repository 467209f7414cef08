-- Search by parts of words. Every word of a record is a row of search_token, found by a range of its index, so a
-- search costs what it looks at and not what there is. Statement triggers make documents of records, and tokens of
-- documents, in the transaction that writes: no writer can forget them. After a load with the triggers off,
-- build_search(workspaces) fills them; rebuild_search(workspace) makes them anew.
--
-- A kind of record is searched once its migration has called keep_search(); kinds have the numbers of record_kinds.
-- compatible-from: 0011

-- What a record is found by, each word in a line of its own. Kinds without names, such as orders, have none: their codes
-- are all there is.
CREATE TABLE search_document (
  workspace_id int NOT NULL,
  kind smallint NOT NULL,
  entity_id bigint NOT NULL,
  -- Of its names: what a misspelled word can have meant.
  words text NOT NULL,
  -- Ends of numbers and addresses, and pairs of words (these begin with a blank).
  codes text NOT NULL,
  -- Whose record it is, for putting a person's own first.
  sales_rep_id bigint,
  PRIMARY KEY (workspace_id, kind, entity_id)
);

CREATE TABLE search_token (
  workspace_id int NOT NULL,
  kind smallint NOT NULL,
  token text COLLATE "C" NOT NULL,
  entity_id bigint NOT NULL,
  sales_rep_id bigint
);
-- kind leads token: looking for products among a million customers called alike stays a short range. Of equal
-- tokens the newest records come first.
CREATE UNIQUE INDEX search_token_key ON search_token (workspace_id, kind, token, entity_id DESC);
-- The few records of one person among the many that are called alike.
CREATE INDEX search_token_own ON search_token (workspace_id, sales_rep_id, kind, token, entity_id DESC)
  WHERE sales_rep_id IS NOT NULL;

-- The words that occur, under each form that leaves out one of their letters, and under themselves: two words with
-- such a form in common are at most one typing error (or two) apart. It is not unique, or writers of the same new
-- word would wait for each other; nothing is ever taken out, and a word that is gone finds nothing.
CREATE TABLE search_vocabulary (
  workspace_id int NOT NULL,
  variant text COLLATE "C" NOT NULL,
  token text COLLATE "C" NOT NULL
);
-- Corrections of what begins no word.
CREATE INDEX search_vocabulary_variant ON search_vocabulary (workspace_id, variant, token);

-- Text as search compares it: normalize_text(), with blanks between words, and inside of them at most the signs that
-- hold one together (. - _ ' @ # +). Of the first 2,000 characters. STRICT: NULL for NULL.
CREATE FUNCTION search_fold(value text) RETURNS text
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

-- Each word once, at most 64 of at most 60 characters. In C, so it costs 2 µs.
CREATE FUNCTION distinct_words(words text[]) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (tsvector_to_array(array_to_tsvector(array_remove(words, ''))))[1:64];

-- Numbers count without the zeros before them, so that 0030 is found by 30 and 30 by 0030.
CREATE FUNCTION strip_zeros(folded text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN strpos(folded, '0') = 0 THEN folded
    ELSE regexp_replace(folded, '(^| )0+(?=[0-9])', '\1', 'g') END;

-- What someone typed, word for word; what signs hold together is one word: "o'neil", "ann@example", "AB-12".
CREATE FUNCTION search_terms(typed text) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN array_remove(string_to_array(strip_zeros(regexp_replace(search_fold(typed), '[-.''@#+_]+', '', 'g')), ' '), '');

-- The same with all signs as blanks.
CREATE FUNCTION search_parts(typed text) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN array_remove(string_to_array(strip_zeros(regexp_replace(search_fold(typed), '[-.''@#+_]+', ' ', 'g')), ' '), '');

-- The words of a name: "Anne O'Neil" has anne, o, neil and oneil; "Mc Donald" also mcdonald. In scripts that put no
-- blanks between words (Thai, Lao, Khmer, Burmese, Chinese, Japanese, Korean) a word also counts from each of its
-- characters on, and where another script goes over into one of these or back: "ABC商事" is found by 商事. Words with
-- the Arabic article count without it too.
CREATE FUNCTION search_words(value text) RETURNS text[]
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

-- The first four words of a name, two and two in either order, so that "john smi" is one short range even where
-- both are common. Where names are written without a blank, also so.
CREATE FUNCTION word_pairs(value text) RETURNS text[]
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  words text[] := (search_terms(value))[1:4];
  pairs text[] := '{}';
BEGIN
  FOR i IN 1 .. coalesce(cardinality(words), 0) LOOP
    FOR j IN 1 .. cardinality(words) LOOP
      IF i <> j THEN
        pairs := pairs || concat(' ', left(words[i], 30), ' ', left(words[j], 30));
        IF words[i] || words[j] ~ '^[\u3040-\u30FF\u3400-\u9FFF\uAC00-\uD7AF]+$' THEN
          pairs := pairs || (left(words[i], 30) || left(words[j], 30));
        END IF;
      END IF;
    END LOOP;
  END LOOP;
  RETURN pairs;
END $$;

-- What a number or address is found by: it, and its ends from each of its parts on that have at least `parts_min`
-- parts. "SO-2025-0017": so20250017, 20250017, 17; "ann.lee@mail.example" with 2: annleemailexample,
-- leemailexample, mailexample.
CREATE FUNCTION code_ends(value text, parts_min int) RETURNS text[]
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  parts text[] := array_remove(string_to_array(translate(coalesce(search_fold(value), ''), '-.''@#+_', '       '), ' '), '');
  ends text[] := '{}';
BEGIN
  FOR i IN 1 .. least(6, cardinality(parts), greatest(1, cardinality(parts) + 1 - parts_min)) LOOP
    ends := ends || strip_zeros(left(array_to_string(parts[i:], ''), 60));
  END LOOP;
  RETURN ends;
END $$;

-- SKUs and order numbers also have parts where letters end and digits begin: "SO2025" is found by 2025.
CREATE FUNCTION number_ends(value text) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN code_ends(regexp_replace(value, '([[:alpha:]])([0-9])', '\1-\2', 'g'), 1);

-- A phone number is found by its first digits, with or without the code of the country (however it is written), and
-- by those of any of its groups while four are left; without groups by its last seven.
CREATE FUNCTION phone_ends(phone text) RETURNS text[]
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  folded text := btrim(search_fold(replace(phone, '(0)', ' ')));
  parts text[] := array_remove(regexp_split_to_array(folded, '[^0-9]+'), '');
  digits text := left(ltrim(array_to_string(parts, ''), '0'), 24);
  rest text := digits;
  ends text[] := ARRAY[digits];
BEGIN
  IF coalesce(digits, '') = '' THEN
    RETURN '{}';
  END IF;
  FOR i IN 2 .. least(6, cardinality(parts)) LOOP
    rest := array_to_string(parts[i:], '');
    EXIT WHEN length(rest) < 4;
    ends := ends || ltrim(left(rest, 24), '0');
  END LOOP;
  IF folded ~ '^(\+|00)' AND length(ltrim(parts[1], '0')) > 3 THEN
    ends := ends || ARRAY[ltrim(substr(digits, 2), '0'), ltrim(substr(digits, 3), '0'), ltrim(substr(digits, 4), '0')];
  END IF;
  IF cardinality(parts) = 1 AND length(digits) > 7 THEN
    ends := ends || ltrim(right(digits, 7), '0');
  END IF;
  RETURN ends;
END $$;

-- Words as search_document keeps them, each in a line.
CREATE FUNCTION token_lines(tokens text[]) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN E'\n' || array_to_string(distinct_words(tokens), E'\n');

-- The triggers' statements are planned once for a session, whether that first time was one row or a million, in full
-- or in empty tables. So there is only one way to run them: rows that changed are found by EXCEPT and not by a join of
-- old and new, which would be a loop in a loop; rows to delete are looked up by their whole key, one by one (LATERAL
-- with LIMIT 1), and go by where they stand. Nobody else can move them: whoever writes here has locked the record.

-- Tokens and vocabulary of the documents that were written.
CREATE FUNCTION tokens_of_documents() RETURNS trigger LANGUAGE plpgsql
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM search_token WHERE ctid = ANY (ARRAY(
      SELECT t.ctid FROM old_rows o, string_to_table(words || codes, E'\n') AS gone, LATERAL (
        SELECT ctid FROM search_token t WHERE t.workspace_id = o.workspace_id AND t.kind = o.kind
          AND t.token = gone COLLATE "C" AND t.entity_id = o.entity_id LIMIT 1) t));
    RETURN NULL;
  END IF;
  -- In the order of the index a large load fills each of its pages once.
  INSERT INTO search_token (workspace_id, kind, token, entity_id, sales_rep_id)
    SELECT DISTINCT workspace_id, kind, token COLLATE "C" AS token, entity_id, sales_rep_id
    FROM new_rows, string_to_table(words || codes, E'\n') AS token WHERE token <> ''
    ORDER BY workspace_id, kind, token, entity_id DESC;
  INSERT INTO search_vocabulary (workspace_id, variant, token)
    SELECT DISTINCT workspace_id, CASE WHEN place = 0 THEN word ELSE left(word, place - 1) || substr(word, place + 1) END, word
    FROM (SELECT DISTINCT workspace_id, word COLLATE "C" AS word FROM new_rows, string_to_table(words, E'\n') AS word
          WHERE length(word) BETWEEN 4 AND 20 AND word !~ '[0-9]') occurring,
      generate_series(0, length(word)) AS place
    WHERE NOT EXISTS (SELECT 1 FROM search_vocabulary v
      WHERE v.workspace_id = occurring.workspace_id AND v.variant = occurring.word AND v.token = occurring.word);
  RETURN NULL;
END $$;

-- Documents are taken out and put in, never updated.
CREATE TRIGGER tokens_insert AFTER INSERT ON search_document REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tokens_of_documents();
CREATE TRIGGER tokens_delete AFTER DELETE ON search_document REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION tokens_of_documents();

-- What a record in the trash is found by: the words, codes and phone digits of the living search, each behind its
-- workspace, so that a search reads nothing of others. An index keeps it, so no writer can forget it. The search path
-- is the function's own, since PostgreSQL builds indexes under a bare one.
CREATE FUNCTION trash_words(workspace_id int, name text, code text, phone text) RETURNS tsvector
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
BEGIN
  RETURN array_to_tsvector(ARRAY(SELECT concat(workspace_id, ' ', word)
    FROM unnest(distinct_words(search_words(name) || number_ends(code) || phone_ends(phone))) AS word));
END $$;
