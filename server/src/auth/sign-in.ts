import { APIError } from 'better-auth/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { conflict, forbidden, invalidField, unauthorized } from '../errors.ts'
import type { AuthLibrary } from './library.ts'
import type { Me } from './schema.ts'
import type { SignInThrottle } from './throttle.ts'
import { createUser, normalizeEmail, readMe } from './users.ts'

/** Any number that no other program uses as its advisory lock. */
const FIRST_OWNER_LOCK = 7_270_781

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

/** The first user, workspace and ownership, once and together. */
export async function createFirstOwner(tx: Tx, owner: NewOwner): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${FIRST_OWNER_LOCK})`.execute(tx)
  if (!(await needsOwner(tx)))
    throw conflict(
      'already-set-up',
      'This installation has an owner already. Sign in, or ask them for an invitation.',
    )
  const timeZone = owner.time_zone ?? 'UTC'
  if (!isTimeZone(timeZone)) throw invalidField('/time_zone', 'Rapport does not know this time zone.')
  const userId = await createUser(tx, owner)
  const { id } = await tx
    .insertInto('workspaces')
    .values({ name: owner.workspace_name, time_zone: timeZone })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx.insertInto('memberships').values({ workspace_id: id, user_id: userId, role: 'owner' }).execute()
}

/** Whether a name is a time zone that both this runtime and PostgreSQL know (IANA). */
export function isTimeZone(name: string): boolean {
  return name === 'UTC' || Intl.supportedValuesOf('timeZone').includes(name)
}

interface SignIn {
  db: Db
  library: AuthLibrary
  throttle: SignInThrottle
  http: FastifyRequest
  reply: FastifyReply
}

/**
 * Checks email and password, sets the session cookie and enters the person's workspace (the given one, or the first
 * they joined). The same answer, after the same work, for an unknown email and for a wrong password.
 */
export async function signIn(
  { db, library, throttle, http, reply }: SignIn,
  email: string,
  password: string,
  workspaceId?: number,
): Promise<Me> {
  const normalized = normalizeEmail(email)
  throttle.refuseTooMany(normalized, http.ip)
  const { headers, token, userId } = await startSession(library, http, normalized, password).catch(
    (error) => {
      if (!(error instanceof APIError)) throw error
      throttle.failed(normalized, http.ip)
      throw unauthorized('The email address or the password is wrong.')
    },
  )
  throttle.succeeded(normalized)
  const entered = await enterWorkspace(db, userId, token, workspaceId)
  reply.header('set-cookie', headers.getSetCookie())
  return readMe(db, userId, entered)
}

async function startSession(library: AuthLibrary, http: FastifyRequest, email: string, password: string) {
  const { headers, response } = await library.api.signInEmail({
    body: { email, password },
    headers: new Headers({ 'user-agent': http.headers['user-agent'] ?? '', 'x-forwarded-for': http.ip }),
    returnHeaders: true,
  })
  return { headers, token: response.token, userId: response.user.id }
}

async function enterWorkspace(
  db: Db,
  userId: string,
  token: string,
  wanted: number | undefined,
): Promise<number> {
  const memberships = await db
    .selectFrom('memberships')
    .where('user_id', '=', userId)
    .select('workspace_id')
    .orderBy('created_at')
    .orderBy('workspace_id')
    .execute()
  const ids = memberships.map((membership) => membership.workspace_id)
  const workspaceId = wanted !== undefined && ids.includes(wanted) ? wanted : ids[0]
  if (workspaceId === undefined) {
    await db.deleteFrom('sessions').where('token', '=', token).execute()
    throw forbidden('You are not a member of a workspace any more. Ask an admin for an invitation.')
  }
  await db.updateTable('sessions').where('token', '=', token).set({ workspace_id: workspaceId }).execute()
  return workspaceId
}
