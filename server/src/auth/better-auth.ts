import type { CookieSerializeOptions } from '@fastify/cookie'
import { betterAuth } from 'better-auth'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { PASSWORD_LENGTH_MIN } from './schema.ts'

export const SESSION_LIFETIME_DAYS = 30
const SESSION_LIFETIME_SECONDS = SESSION_LIFETIME_DAYS * 24 * 60 * 60

export function overHttps(config: Config): boolean {
  return new URL(config.publicUrl).protocol === 'https:'
}

/** The name of the session cookie; with https the browser must have got it over https. */
export function sessionCookie(config: Config): string {
  return `${overHttps(config) ? '__Secure-' : ''}rapport.session_token`
}

/** The attributes that the library gives to the session cookie, for where it is renewed or cleared without it. */
export function sessionCookieOptions(config: Config): CookieSerializeOptions {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: overHttps(config),
    maxAge: SESSION_LIFETIME_SECONDS,
  }
}

/** The sign-in library over our tables. Our own routes call it; its routes are not mounted. */
export function createAuthLibrary(db: Database, config: Config) {
  return betterAuth({
    secret: config.secret,
    baseURL: config.publicUrl,
    basePath: '/api/auth',
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: { db, type: 'postgres' },
    // Attempts are counted in throttle.ts, by email and by address.
    rateLimit: { enabled: false },
    // Accounts come from an invitation or the first set-up; see users.ts.
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: PASSWORD_LENGTH_MIN },
    advanced: { cookiePrefix: 'rapport', useSecureCookies: overHttps(config) },
    user: {
      modelName: 'users',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    session: {
      modelName: 'sessions',
      expiresIn: SESSION_LIFETIME_SECONDS,
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    account: {
      modelName: 'accounts',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
  })
}
export type AuthLibrary = ReturnType<typeof createAuthLibrary>
