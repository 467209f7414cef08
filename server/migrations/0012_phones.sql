-- Phones are found however they are written. What a number is compared by is made by SQL, so no door can forget it;
-- which of these keys are one number in the workspace's country is known by values/phone.ts, when somebody asks.

ALTER TABLE workspaces ADD COLUMN country text CHECK (country ~ '^[A-Z]{2}$');

-- The digits of a number after its extension was taken off: + and 00 stay in front, the (0) after a country code does
-- not. '' for none. "+49 (0)30 1234-5678 ext. 42": +493012345678. phoneKeys() of values/phone.ts lists all that are one.
CREATE FUNCTION phone_key(phone text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  folded text;
  number text;
BEGIN
  IF phone IS NULL THEN
    RETURN '';
  END IF;
  folded := public.normalize_text(phone);
  number := folded;
  IF folded ~ '[^-0-9 +()./]' THEN
    number := regexp_replace(folded, '[\s,;]*(;?ext=|extension|extn?|x|#|durchwahl|dw|poste|interno|int|anexo|ramal|доб|,,)[\s.:#=]*[0-9]{1,7}#?\s*$', '');
    IF number !~ '[0-9]' THEN
      number := folded;
    END IF;
  END IF;
  IF strpos(number, '(0)') > 0 THEN
    number := regexp_replace(number, '((\+|\m00)[\s.-]*[0-9]{1,3}[\s.-]*)\(0\)', '\1');
  END IF;
  RETURN CASE WHEN number ~ '^[^0-9]*\+' THEN '+' ELSE '' END || regexp_replace(number, '[^0-9]+', '', 'g');
END $$;

-- The extension that phone_key() takes off; '' for none.
CREATE FUNCTION phone_extension(phone text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce(substring(public.normalize_text(phone)
    FROM '[0-9].*?(?:;?ext=|extension|extn?|x|#|durchwahl|dw|poste|interno|int|anexo|ramal|доб|,,)[\s.:#=]*([0-9]{1,7})#?\s*$'), '');

-- The index of phone_digits goes with its column.
ALTER TABLE customers
  DROP COLUMN phone_digits,
  ADD COLUMN phone_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (phone_key(phone)) STORED;
CREATE INDEX customers_phone ON customers (workspace_id, phone_key) WHERE deleted_at IS NULL AND phone_key <> '';

ANALYZE customers (phone_key);
