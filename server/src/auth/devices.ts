import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { Config } from '../config.ts'
import { overHttps } from './better-auth.ts'

/**
 * A device on which a person has signed in before carries a mark of that. Strangers who guess that person's password are
 * then counted apart from it, and cannot keep the person out.
 */
export const DEVICE_COOKIE = 'rapport.device'
const NUMBER_BYTES = 12
const LIFETIME_DAYS = 365

export function deviceCookieOptions(config: Config): CookieSerializeOptions {
  return {
    path: '/api/auth',
    httpOnly: true,
    sameSite: 'lax',
    secure: overHttps(config),
    maxAge: LIFETIME_DAYS * 24 * 60 * 60,
  }
}

/** The mark of a device: a number, and the proof that `person` has signed in on it. */
export function markOfDevice(person: string, secret: string): string {
  const number = randomBytes(NUMBER_BYTES).toString('base64url')
  return `${number}.${proof(number, person, secret)}`
}

/** The number of a device that this person has signed in on; undefined for a strange, forged or another's. */
export function knownDevice(mark: string | undefined, person: string, secret: string): string | undefined {
  const [number = '', given = ''] = mark?.split('.') ?? []
  const expected = Buffer.from(proof(number, person, secret))
  const shown = Buffer.from(given)
  return shown.length === expected.length && timingSafeEqual(shown, expected) ? number : undefined
}

function proof(number: string, person: string, secret: string): string {
  return createHmac('sha256', secret).update(`device ${number} ${person}`).digest('base64url')
}
