-- One-time links with which a person who has forgotten their password chooses a new one. Only the hash is kept.
CREATE TABLE password_resets (
  token_hash text PRIMARY KEY,
  user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
  -- Who made it: an admin of the person's workspace; NULL for the operator or the person.
  created_by text REFERENCES users ON DELETE SET NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX password_resets_user ON password_resets (user_id);
