import { median } from '../load/latencies.ts'
import type { Seen } from '../report/machine.ts'
import { ms, percent, perSecond, type Report, type Table, times } from '../report/report.ts'
import { CLIENTS, P95_MAX_MS, REQUESTS_PER_SECOND, type Side } from './pair.ts'
import type { Trial } from './trials.ts'

/** What a technique must save of the mix's processor time, or else make its screen so many times as fast. */
const SAVED_MIN = 0.1
const TIMES_MIN = 2

/** A technique's rounds: the product with everything, and without it. */
export interface Pair {
  trial: Trial
  rounds: [withAll: Side, without: Side][]
}

interface Outcome {
  customers: number
  seconds: number
  pairs: Pair[]
  seen: Seen
}

export function withoutReport({ customers, seconds, pairs, seen }: Outcome): Report {
  return {
    name: 'without',
    title: 'Without: the product with one of its techniques switched off',
    customers,
    bars: pairs.filter(({ trial }) => customers >= (trial.customersMin ?? 0)).map(bar),
    tables: [mixTable(pairs), screenTable(pairs)],
    method: [
      `The product beside the same without a technique (RAPPORT_WITHOUT), both running and asked in turns, ${pairs[0]?.rounds.length ?? 0} rounds. Figures are medians; savings and factors are medians of what each round says, with the least and the most of them in brackets.`,
      `Processor time: ${seconds * REQUESTS_PER_SECOND} requests of the mix of \`bench impact\` by ${CLIENTS} clients without a pause, so that those who ask at the same time can share what is shared. Requests a second: as in \`bench impact\`.`,
      `A screen alone: the median of one person who asks again and again. Together: ${CLIENTS} who do, ${seconds / 2} s. All ask under addresses that the cache does not know, except for the cache's own screen, which is always the same and which nobody changes meanwhile.`,
      'Processor time is that of the web process, and of PostgreSQL with all its processes. Memory is what the web process holds in the end; both have then done the same work.',
    ],
    notes: [
      'A write is heard by both, so each finds its cache older when its turn comes than a process that is alone: a little to the disadvantage of the cache.',
      'The mix never jumps about in a list: what it "saves" without waypoints is the noise in this column.',
      'Waypoints are for long lists and have their bar from 100,000 customers on. Without them a jump finds its place from the start each time.',
      'Load generator, both web processes and PostgreSQL share the cores of one machine.',
    ],
    seen,
  }
}

const nameOf = ({ trial }: Pair) => trial.without
const processorMs = ({ nodeMs, postgresMs }: { nodeMs: number; postgresMs: number }) => nodeMs + postgresMs

/** A figure of both, as medians. */
function both(pair: Pair, pick: (side: Side) => number): [withAll: number, without: number] {
  return [median(pair.rounds.map(([all]) => pick(all))), median(pair.rounds.map(([, less]) => pick(less)))]
}

function arrow(pair: Pair, write: (value: number) => string, pick: (side: Side) => number): string {
  const [all, less] = both(pair, pick)
  return `${write(all)} → ${write(less)}`
}

/** What each round says of the two, the least first. */
function spread({ rounds }: Pair, compare: (all: Side, less: Side) => number) {
  const values = rounds.map(([all, less]) => compare(all, less))
  return { middle: median(values), least: Math.min(...values), most: Math.max(...values) }
}

const saved = (pair: Pair) => spread(pair, (all, less) => 1 - processorMs(all.mix) / processorMs(less.mix))
/** How many times as long the screen takes without, for one person and in processor time. */
const alone = (pair: Pair) => spread(pair, (all, less) => less.screen.aloneMs / all.screen.aloneMs)
const together = (pair: Pair) =>
  spread(pair, (all, less) => processorMs(less.screen) / processorMs(all.screen))

function bar(pair: Pair) {
  const [share, one, many] = [saved(pair).middle, alone(pair).middle, together(pair).middle]
  return {
    text: `${nameOf(pair)}: saves ${percent(SAVED_MIN)} of the mix's processor time, or ${pair.trial.screen} is ${TIMES_MIN} times as fast or as cheap`,
    measured: `${percent(share)}; ${times(one)} as fast, ${times(many)} as cheap`,
    holds: share >= SAVED_MIN || one >= TIMES_MIN || many >= TIMES_MIN,
  }
}

function written(
  { middle, least, most }: ReturnType<typeof spread>,
  write: (value: number) => string,
): string {
  return `${write(middle)} (${write(least)} to ${write(most)})`
}

function mixTable(pairs: Pair[]): Table {
  return {
    caption: 'The mix of a sales team, with everything → without',
    columns: [
      'without',
      'processor time that it saves',
      'node ms/request',
      'PostgreSQL ms/request',
      `requests/s within ${P95_MAX_MS} ms`,
      'memory MB',
    ],
    rows: pairs.map((pair) => [
      nameOf(pair),
      written(saved(pair), percent),
      arrow(pair, ms, ({ mix }) => mix.nodeMs),
      arrow(pair, ms, ({ mix }) => mix.postgresMs),
      arrow(pair, perSecond, ({ rate }) => rate),
      arrow(
        pair,
        (value) => value.toFixed(0),
        ({ memoryMb }) => memoryMb,
      ),
    ]),
  }
}

function screenTable(pairs: Pair[]): Table {
  return {
    caption: 'The screen that it is for, with everything → without',
    columns: [
      'without',
      'screen',
      'alone, ms',
      'times',
      'together, requests/s',
      'node ms',
      'PostgreSQL ms',
      'times the processor time',
    ],
    rows: pairs.map((pair) => [
      nameOf(pair),
      pair.trial.screen,
      arrow(pair, ms, ({ screen }) => screen.aloneMs),
      written(alone(pair), times),
      arrow(pair, perSecond, ({ screen }) => screen.perSecond),
      arrow(pair, ms, ({ screen }) => screen.nodeMs),
      arrow(pair, ms, ({ screen }) => screen.postgresMs),
      written(together(pair), times),
    ]),
  }
}
