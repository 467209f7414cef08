-- compatible-from: 0011
-- no-transaction
-- What background work looks for: what has ended, and imports by their files.
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_expires_at ON sessions (expires_at);
CREATE INDEX CONCURRENTLY IF NOT EXISTS verifications_expires_at ON verifications (expires_at);
CREATE INDEX CONCURRENTLY IF NOT EXISTS password_resets_expires_at ON password_resets (expires_at);
CREATE INDEX CONCURRENTLY IF NOT EXISTS invitations_expires_at ON invitations (expires_at);
CREATE INDEX CONCURRENTLY IF NOT EXISTS imports_unfinished ON imports (workspace_id, upload_id)
  WHERE upload_id IS NOT NULL AND status IN ('waiting', 'running');
CREATE INDEX CONCURRENTLY IF NOT EXISTS imports_upload ON imports (workspace_id, upload_id) WHERE upload_id IS NOT NULL;
ALTER TABLE workspaces VALIDATE CONSTRAINT workspaces_trash_days_check;
ALTER TABLE imports VALIDATE CONSTRAINT imports_status_check;
