import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { type Database, type Tx, transaction } from '../db/database.ts'
import { invalidField, Problem } from '../errors.ts'
import type { Scope } from '../scope.ts'

const KEY_LENGTH_MAX = 255
const LIFETIME_HOURS = 24
const PURGED_AT_ONCE_MAX = 5_000

/**
 * Runs a create once for an Idempotency-Key: its first answer is kept in the same transaction for 24 hours and
 * given again to every retry, also to one that arrives while the first still runs.
 */
export async function createOnce<T>(
  db: Database,
  scope: Scope,
  request: FastifyRequest,
  create: (tx: Tx) => Promise<T>,
): Promise<T> {
  const key = request.headers['idempotency-key']
  if (key === undefined) return transaction(db, create)
  if (typeof key !== 'string' || key.length === 0 || key.length > KEY_LENGTH_MAX) {
    throw invalidField('header/idempotency-key', `Idempotency-Key has 1 to ${KEY_LENGTH_MAX} characters.`)
  }
  const hash = createHash('sha256')
    .update(`${request.method} ${request.url} ${JSON.stringify(request.body)}`)
    .digest('hex')
  return transaction(db, async (tx) => {
    const first = await claim(tx, scope, key, hash)
    // What `create` returned to the first request.
    if (first) return first.response as T
    const response = await create(tx)
    await tx
      .updateTable('idempotency_keys')
      .where('workspace_id', '=', scope.workspaceId)
      .where('user_id', '=', scope.userId)
      .where('key', '=', key)
      .set({ response: JSON.stringify(response) })
      .execute()
    return response
  })
}

const expired = sql<string>`now() - make_interval(hours => ${sql.lit(LIFETIME_HOURS)})`

/** Removes the keys whose time is over, some at a time; returns how many. */
export async function purgeIdempotencyKeys(db: Database): Promise<number> {
  for (let purged = 0; ; ) {
    const { numAffectedRows = 0n } = await sql`
      DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM idempotency_keys WHERE created_at < ${expired} LIMIT ${sql.lit(PURGED_AT_ONCE_MAX)}))`.execute(
      db,
    )
    purged += Number(numAffectedRows)
    if (numAffectedRows < PURGED_AT_ONCE_MAX) return purged
  }
}

/** Takes the key, or returns what was answered to it. Waits for a transaction that is just using it. */
async function claim(
  tx: Tx,
  scope: Scope,
  key: string,
  hash: string,
): Promise<{ response: unknown } | undefined> {
  const claimed = await tx
    .insertInto('idempotency_keys')
    .values({ workspace_id: scope.workspaceId, user_id: scope.userId, key, request_hash: hash })
    .onConflict((existing) =>
      existing
        .columns(['workspace_id', 'user_id', 'key'])
        .doUpdateSet({ request_hash: hash, response: null, created_at: sql`now()` })
        .where('idempotency_keys.created_at', '<', expired),
    )
    .executeTakeFirst()
  if (claimed.numInsertedOrUpdatedRows === 1n) return undefined
  const first = await tx
    .selectFrom('idempotency_keys')
    .where('workspace_id', '=', scope.workspaceId)
    .where('user_id', '=', scope.userId)
    .where('key', '=', key)
    .select(['request_hash', 'response'])
    .executeTakeFirstOrThrow()
  if (first.request_hash !== hash) {
    throw new Problem(
      422,
      'idempotency-key-reused',
      'Key used before',
      'This Idempotency-Key was used for another request. Nothing was saved; use a new key.',
    )
  }
  return first
}
