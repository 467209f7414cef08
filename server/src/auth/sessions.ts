import { createHmac, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { Role } from '../vocabulary.ts'
import { SESSION_LIFETIME_DAYS } from './better-auth.ts'

const KNOWN_SESSIONS_MAX = 20_000
/** So long another process may go on using a session that was ended here. */
const KNOWN_LIFETIME_MS = 5_000
const RENEW_AFTER_HOURS = 1

/** A live session of a member: enough to make a Scope. */
export interface Session {
  id: string
  userId: string
  workspaceId: number
  role: Role
  /** Its lifetime began anew with this request, so its cookie's must too. */
  renewed: boolean
}

/**
 * Who a session cookie belongs to. One prepared join, and a short-lived memory of cookies before it: the
 * library's own look-up takes two queries and eight times as long as a whole read.
 */
export class Sessions {
  readonly #db: Database
  readonly #secret: string
  readonly #known = new LRUCache<string, Session>({ max: KNOWN_SESSIONS_MAX, ttl: KNOWN_LIFETIME_MS })
  /** Goes up when sessions are forgotten. */
  #generation = 0

  constructor(db: Database, config: Config) {
    this.#db = db
    this.#secret = config.secret
  }

  /** The session of a cookie's value; undefined if it is forged, expired, ended, or its member was removed. */
  async find(cookie: string | undefined): Promise<Session | undefined> {
    if (!cookie) return undefined
    // A cookie that is known here was found genuine before: its signature need not be computed again.
    const known = this.#known.get(cookie)
    if (known) return known
    const token = this.#tokenOf(cookie)
    if (!token) return undefined
    const generation = this.#generation
    const session = await this.#read(token)
    // One that was ended after it was read here must not come back.
    if (session && generation === this.#generation) this.#known.set(cookie, { ...session, renewed: false })
    return session
  }

  /** After sessions, roles or members changed: look everything up again. */
  forgetAll(): void {
    this.#generation++
    this.#known.clear()
  }

  /** A cookie is "<token>.<HMAC-SHA-256 of the token, base64>". */
  #tokenOf(cookie: string): string | undefined {
    const dot = cookie.lastIndexOf('.')
    const token = cookie.slice(0, Math.max(dot, 0))
    const given = Buffer.from(cookie.slice(dot + 1), 'base64')
    const expected = createHmac('sha256', this.#secret).update(token).digest()
    return given.length === expected.length && timingSafeEqual(given, expected) ? token : undefined
  }

  async #read(token: string): Promise<Session | undefined> {
    const row = await this.#db
      .selectFrom('sessions as s')
      .innerJoin('memberships as m', (join) =>
        join.onRef('m.workspace_id', '=', 's.workspace_id').onRef('m.user_id', '=', 's.user_id'),
      )
      .where('s.token', '=', token)
      .where('s.expires_at', '>', sql<string>`now()`)
      .select(['s.id', 's.user_id', 'm.workspace_id', 'm.role'])
      .select(isOld.as('old'))
      .executeTakeFirst()
    if (!row) return undefined
    return {
      id: row.id,
      userId: row.user_id,
      workspaceId: row.workspace_id,
      role: row.role as Role, // A CHECK keeps role to the values of the type.
      renewed: row.old && (await this.#renew(row.id)),
    }
  }

  /** Who comes back within a month stays signed in. False if another request was first. */
  async #renew(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('sessions as s')
      .where('id', '=', id)
      .where(isOld)
      .set({
        updated_at: sql`now()`,
        expires_at: sql`now() + make_interval(days => ${SESSION_LIFETIME_DAYS})`,
      })
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }
}

const isOld = sql<boolean>`s.updated_at < now() - make_interval(hours => ${RENEW_AFTER_HOURS})`

/** The cookie of a session token, as the library signs it. */
export function signedCookie(token: string, secret: string): string {
  return encodeURIComponent(`${token}.${createHmac('sha256', secret).update(token).digest('base64')}`)
}
