-- compatible-from: 0011
-- Background work: the trash is emptied after a time that each workspace sets, what the nightly check of the summaries has
-- found is kept, and the files of an import lie in the database, so that any process can run it, and go on where a killed
-- one ended.

-- Days after which what lies in the trash is deleted for good; NULL: never. Where that is new, nothing is deleted before
-- so many days have passed from now on, however long it has been in the trash.
ALTER TABLE workspaces
  ADD COLUMN trash_days int DEFAULT 30,
  ADD COLUMN trash_days_since timestamptz NOT NULL DEFAULT now();
ALTER TABLE workspaces ADD CONSTRAINT workspaces_trash_days_check CHECK (trash_days BETWEEN 1 AND 3650) NOT VALID;

-- The last check of each workspace's summaries. `drift` has the first places that differed.
CREATE TABLE summary_checks (
  workspace_id int PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
  checked_at timestamptz NOT NULL DEFAULT now(),
  wrong int NOT NULL,
  drift jsonb NOT NULL
);

CREATE TABLE uploads (
  workspace_id int NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id)
);
-- Those that were left behind.
CREATE INDEX uploads_created_at ON uploads (created_at);

-- `file` is its number in the mapping. Pieces are not compressed: they are read once, and soon.
CREATE TABLE upload_pieces (
  workspace_id int NOT NULL,
  upload_id uuid NOT NULL,
  file int NOT NULL,
  position int NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (workspace_id, upload_id, file, position),
  FOREIGN KEY (workspace_id, upload_id) REFERENCES uploads ON DELETE CASCADE
);
ALTER TABLE upload_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- An import that was handed over waits until a worker takes it. `definition` is its mapping as it was sent, `job_id` the
-- job that runs it, `runner` the run that has it now: whatever an earlier run that is taken for dead still writes is
-- refused. The command line's imports have none of these.
ALTER TABLE imports
  ADD COLUMN upload_id uuid,
  ADD COLUMN job_id uuid,
  ADD COLUMN definition jsonb,
  ADD COLUMN runner uuid;
ALTER TABLE imports DROP CONSTRAINT imports_status_check;
ALTER TABLE imports ADD CONSTRAINT imports_status_check
  CHECK (status IN ('waiting', 'running', 'completed', 'failed')) NOT VALID;
