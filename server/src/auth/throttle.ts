import { LRUCache } from 'lru-cache'
import { Problem } from '../errors.ts'

const WINDOW_MS = 15 * 60_000
const FAILURES_BY_EMAIL_MAX = 8
const FAILURES_BY_ADDRESS_MAX = 60
const COUNTED_MAX = 50_000

/** Counts failed sign-ins, by email and by address, in bounded memory. */
export class SignInThrottle {
  readonly #failures = new LRUCache<string, number>({ max: COUNTED_MAX, ttl: WINDOW_MS, noUpdateTTL: true })

  /** Throws 429 if either has failed too often within fifteen minutes. */
  refuseTooMany(email: string, address: string): void {
    const keys = [
      [`email ${email}`, FAILURES_BY_EMAIL_MAX],
      [`address ${address}`, FAILURES_BY_ADDRESS_MAX],
    ] as const
    for (const [key, max] of keys) {
      if ((this.#failures.get(key) ?? 0) < max) continue
      const seconds = Math.ceil(this.#failures.getRemainingTTL(key) / 1_000)
      throw new Problem(
        429,
        'too-many-attempts',
        'Too many attempts',
        `Too many failed sign-ins. Try again in ${Math.ceil(seconds / 60)} minutes.`,
        { retryAfterSeconds: seconds },
      )
    }
  }

  failed(email: string, address: string): void {
    for (const key of [`email ${email}`, `address ${address}`])
      this.#failures.set(key, (this.#failures.get(key) ?? 0) + 1)
  }

  succeeded(email: string): void {
    this.#failures.delete(`email ${email}`)
  }
}
