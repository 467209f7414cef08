import { APIError } from 'better-auth/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { type Database, type Db, type Tx, transaction } from '../db/database.ts'
import { conflict, forbidden, unauthorized } from '../errors.ts'
import { createWorkspace } from '../workspaces/queries.ts'
import type { AuthLibrary } from './better-auth.ts'
import type { Me } from './schema.ts'
import { createUser, normalizeEmail, readMe } from './users.ts'

/** Any number that no other program uses as its advisory lock. */
const FIRST_OWNER_LOCK = 7_270_781
const USER_AGENT_LENGTH_MAX = 300

export interface NewOwner {
  name: string
  email: string
  password: string
  workspace_name: string
  time_zone?: string
}

export async function needsOwner(db: Db): Promise<boolean> {
  const workspace = await db.selectFrom('workspaces').select('id').limit(1).executeTakeFirst()
  return workspace === undefined
}

/** The first user, workspace and ownership, once and together. Throws 409 ever after. */
export async function createFirstOwner(tx: Tx, owner: NewOwner): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${FIRST_OWNER_LOCK})`.execute(tx)
  if (!(await needsOwner(tx)))
    throw conflict(
      'already-set-up',
      'This installation has an owner already. Sign in, or ask them for an invitation.',
    )
  const workspaceId = await createWorkspace(tx, {
    name: owner.workspace_name,
    timeZone: owner.time_zone ?? 'UTC',
  })
  const userId = await createUser(tx, owner)
  await tx
    .insertInto('memberships')
    .values({ workspace_id: workspaceId, user_id: userId, role: 'owner' })
    .execute()
}

/** What a session is started with: the request that asks for it and the reply that carries its cookie. */
interface SessionStart {
  db: Database
  library: AuthLibrary
  http: FastifyRequest
  reply: FastifyReply
}

/**
 * Checks email and password, sets the session cookie and enters the person's workspace (the given one, or the first
 * they joined). The same answer, after the same work, for an unknown email and for a wrong password: 401.
 */
export async function signIn(
  { db, library, http, reply }: SessionStart,
  email: string,
  password: string,
  workspaceId?: number,
): Promise<Me> {
  const { headers, token, userId } = await startSession(library, http, normalizeEmail(email), password)
  const entered = await transaction(db, (tx) => enterWorkspace(tx, userId, token, workspaceId))
  if (entered === undefined) {
    throw forbidden('You are not a member of a workspace any more. Ask an admin for an invitation.')
  }
  reply.header('set-cookie', headers.getSetCookie())
  return readMe(db, userId, entered)
}

async function startSession(library: AuthLibrary, http: FastifyRequest, email: string, password: string) {
  const userAgent = http.headers['user-agent']?.slice(0, USER_AGENT_LENGTH_MAX) ?? ''
  try {
    const { headers, response } = await library.api.signInEmail({
      body: { email, password },
      headers: new Headers({ 'user-agent': userAgent, 'x-forwarded-for': http.ip }),
      returnHeaders: true,
    })
    return { headers, token: response.token, userId: response.user.id }
  } catch (error) {
    if (!(error instanceof APIError) || error.statusCode >= 500) throw error
    throw unauthorized('The email address or the password is wrong.')
  }
}

/** Ties the new session to a workspace; ends it, and returns undefined, where the person is in none. */
async function enterWorkspace(
  tx: Tx,
  userId: string,
  token: string,
  wanted: number | undefined,
): Promise<number | undefined> {
  const membership = await tx
    .selectFrom('memberships')
    .where('user_id', '=', userId)
    .select('workspace_id')
    .orderBy(sql`workspace_id = ${wanted ?? 0}`, 'desc')
    .orderBy('created_at')
    .orderBy('workspace_id')
    .limit(1)
    .executeTakeFirst()
  if (!membership) {
    await tx.deleteFrom('sessions').where('token', '=', token).execute()
    return undefined
  }
  await endExpiredSessions(tx, userId)
  const { workspace_id } = membership
  await tx.updateTable('sessions').where('token', '=', token).set({ workspace_id }).execute()
  return workspace_id
}

async function endExpiredSessions(tx: Tx, userId: string): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('expires_at', '<=', sql<string>`now()`)
    .execute()
}
