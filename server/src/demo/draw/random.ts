/** Separate sequences of random numbers for what is drawn row by row. */
export const stream = {
  workspace: 1,
  representative: 2,
  company: 3,
  product: 4,
  customer: 5,
  person: 6,
  customerRow: 7,
  order: 8,
  orderLines: 9,
  interaction: 10,
} as const
export type Stream = (typeof stream)[keyof typeof stream]

/**
 * Reproducible random numbers. `at(of, index)` restarts the generator for one row of one table, so that any row
 * can be made again without the rows before it: an order's total and its items are made at different times.
 */
export class Random {
  readonly #seed: number
  #state: number

  constructor(seed: number) {
    this.#seed = mix(seed)
    this.#state = this.#seed
  }

  at(of: Stream, index: number): this {
    this.#state = mix(mix(this.#seed ^ Math.imul(of, 0x9e3779b1)) + Math.imul(index, 0x85ebca6b))
    return this
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T // The index is always inside.
  }

  /** Around 0 with a standard deviation of 1. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }
}

/** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Weights that fall with the rank: few things are very common, most are rare. */
export function zipf(count: number, exponent: number): number[] {
  return Array.from({ length: count }, (_, rank) => 1 / (rank + 1.5) ** exponent)
}

export type Sampler = (random: Random) => number

/** Draws indexes in proportion to their weights, in constant time (Vose's alias method). */
export function sampler(weights: readonly number[]): Sampler {
  const count = weights.length
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const share = weights.map((weight) => (weight * count) / total)
  const keep = new Float64Array(count).fill(1)
  const alias = new Int32Array(count)
  const small: number[] = []
  const large: number[] = []
  for (const [index, value] of share.entries()) (value < 1 ? small : large).push(index)
  while (small.length > 0 && large.length > 0) {
    const low = small.pop() as number // The loop ends before either is empty.
    const high = large[large.length - 1] as number
    const value = share[low] as number // Inside by the loop.
    keep[low] = value
    alias[low] = high
    share[high] = (share[high] as number) + value - 1 // Inside by the loop.
    if ((share[high] as number) < 1) small.push(large.pop() as number) // Neither list is empty here.
  }
  return (random) => {
    const index = Math.floor(random.next() * count)
    return random.next() < (keep[index] as number) ? index : (alias[index] as number) // The index is below the length.
  }
}

/** Draws values in proportion to the weights they stand with. */
export function weighted<T>(choices: readonly (readonly [T, number])[]): (random: Random) => T {
  const draw = sampler(choices.map(([, weight]) => weight))
  return (random) => (choices[draw(random)] as readonly [T, number])[0] // The sampler stays inside.
}

/** Draws among the first so many only: whoever existed on the day that an order was placed. */
export class PrefixSampler {
  readonly #sums: Float64Array

  constructor(weights: Float64Array) {
    let sum = 0
    this.#sums = weights.map((weight) => {
      sum += weight
      return sum
    })
  }

  /** An index below `limit`, or the first one with a weight when none below it has any. */
  sample(random: Random, limit: number): number {
    const total = this.#sums[Math.min(limit, this.#sums.length) - 1] ?? 0
    return firstAbove(this.#sums, random.next() * total)
  }
}

/** The first index whose running sum is greater than `value`; the last index when none is. */
export function firstAbove(sums: Float64Array, value: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    const sum = sums[middle] as number // Between low and high.
    if (sum > value) high = middle
    else low = middle + 1
  }
  return low
}
