import { isIPv6 } from 'node:net'
import { LRUCache } from 'lru-cache'
import { Problem } from '../errors.ts'

const WINDOW_MS = 15 * 60_000
/** Of one person at one address: few, so that nobody guesses. */
const FAILURES_BY_BOTH_MAX = 8
/** Of one person from anywhere: more, so that a stranger cannot easily keep them out. */
const FAILURES_BY_PERSON_MAX = 40
/** From one address, where many people may work. */
const FAILURES_BY_ADDRESS_MAX = 60
const COUNTED_MAX = 50_000

/** Who tries, and from where. */
export interface Attempt {
  person: string
  address: string
  /** The number of a device that the person is known on (see devices.ts). */
  device?: string | undefined
}

interface Clock {
  now: () => number
}

/** Counts failed attempts to prove a password, by person and by address, in bounded memory. */
export class SignInThrottle {
  readonly #failures: LRUCache<string, number>

  constructor(clock: Clock = performance) {
    this.#failures = new LRUCache({
      max: COUNTED_MAX,
      ttl: WINDOW_MS,
      // The quarter of an hour begins with the first failure.
      noUpdateTTL: true,
      // Ask the clock each time instead of once a millisecond.
      ttlResolution: 0,
      perf: clock,
    })
  }

  /**
   * Runs `prove`, and throws 429 instead if it failed too often within fifteen minutes. An attempt counts before it
   * is made, so that many at once are no way around; one that was not refused is taken back. A `device` on which the
   * person has signed in before is counted by itself.
   */
  async attempt<T>({ person, address, device }: Attempt, prove: () => Promise<T>): Promise<T> {
    const network = networkOf(address)
    const both = device ? `device ${device}` : `both ${person} ${network}`
    const limits: [key: string, max: number][] = device
      ? [[both, FAILURES_BY_BOTH_MAX]]
      : [
          [both, FAILURES_BY_BOTH_MAX],
          [`person ${person}`, FAILURES_BY_PERSON_MAX],
          [`address ${network}`, FAILURES_BY_ADDRESS_MAX],
        ]
    for (const [key, max] of limits) this.#refuseAt(key, max)
    for (const [key] of limits) this.#add(key, 1)
    try {
      const result = await prove()
      this.#takeBack(limits)
      this.#failures.delete(both)
      return result
    } catch (error) {
      if (!isRefusal(error)) this.#takeBack(limits)
      throw error
    }
  }

  #refuseAt(key: string, max: number): void {
    if ((this.#failures.get(key) ?? 0) < max) return
    const seconds = Math.max(1, Math.ceil(this.#failures.getRemainingTTL(key) / 1_000))
    const minutes = Math.ceil(seconds / 60)
    throw new Problem(
      429,
      'too-many-attempts',
      'Too many attempts',
      `The password was wrong too often. Nothing was changed; try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      { retryAfterSeconds: seconds },
    )
  }

  #takeBack(limits: [key: string, max: number][]): void {
    for (const [key] of limits) this.#add(key, -1)
  }

  #add(key: string, by: number): void {
    const failures = (this.#failures.get(key) ?? 0) + by
    if (failures > 0) this.#failures.set(key, failures)
    else this.#failures.delete(key)
  }
}

/** Whether the proof itself was refused; any other failure says nothing about the password. */
function isRefusal(error: unknown): boolean {
  return error instanceof Problem && (error.status === 401 || error.status === 403)
}

const GROUPS = 8
const NETWORK_GROUPS = 4

/** An IPv4 address; of an IPv6 address its /64, of which one person has every address. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  if (!isIPv6(address)) return address
  const [head = [], tail = []] = address
    .replace(/%.*$/, '')
    .split('::')
    .map((half) => half.split(':').filter(Boolean))
  const zeros = Array<string>(Math.max(0, GROUPS - head.length - tail.length)).fill('0')
  const groups = [...head, ...zeros, ...tail].slice(0, NETWORK_GROUPS)
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')
}
