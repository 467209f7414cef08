-- Which workspaces hold generated data, so that it is not loaded twice. `shape` names a set of workspaces.
CREATE TABLE demo_workspaces (
  shape text NOT NULL CHECK (shape <> ''),
  position int NOT NULL,
  workspace_id int NOT NULL UNIQUE REFERENCES workspaces ON DELETE CASCADE,
  PRIMARY KEY (shape, position)
);
