import { isDay, readMoment, startOfDay, startOfNextDay } from '../days.ts'
import type { Db } from '../db/database.ts'
import type { Scope } from '../scope.ts'
import { readTimeZone } from '../workspaces/time-zones.ts'
import { type AnyListQuery, filterOf, type ListSource } from './list-source.ts'

type Bound = [operator: string, moment: string]

/** What a day means for each operator: the whole of it, so that "until" ends with its last moment. */
const meanings: Record<string, (day: string, zone: string) => Bound[]> = {
  eq: (day, zone) => [
    ['gte', startOfDay(day, zone)],
    ['lt', startOfNextDay(day, zone)],
  ],
  gt: (day, zone) => [['gte', startOfNextDay(day, zone)]],
  gte: (day, zone) => [['gte', startOfDay(day, zone)]],
  lt: (day, zone) => [['lt', startOfDay(day, zone)]],
  lte: (day, zone) => [['lt', startOfNextDay(day, zone)]],
}

/** The query with moments where its filters on moments name days, which are those of the workspace's zone. */
export async function withMoments(
  db: Db,
  source: ListSource,
  scope: Scope,
  query: AnyListQuery,
): Promise<AnyListQuery> {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined)
  const timed = entries.filter(
    ([parameter]) => source.filters[filterOf(parameter).field]?.type === 'timestamptz',
  )
  if (timed.length === 0) return query
  const dated = timed.some(([, value]) => isDay(String(value)))
  const zone = dated ? await readTimeZone(db, scope) : 'UTC'
  const bounds = new Map<string, string>()
  for (const [parameter, value] of timed) {
    for (const [operator, moment] of boundsOf(parameter, String(value), zone)) {
      const name = operator === 'eq' ? parameter : `${filterOf(parameter).field}[${operator}]`
      bounds.set(name, narrower(operator, bounds.get(name), moment))
    }
  }
  const others = entries.filter((entry) => !timed.includes(entry))
  // PostgreSQL writes years from 10000 on without the sign and the zero.
  const exact = [...bounds].map(([name, moment]) => [name, moment.replace(/^\+0*/, '')])
  return Object.fromEntries([...others, ...exact]) as AnyListQuery // The same kinds of parameters.
}

function boundsOf(parameter: string, text: string, zone: string): Bound[] {
  const { operator } = filterOf(parameter)
  return isDay(text) ? (meanings[operator]?.(text, zone) ?? []) : [[operator, readMoment(text, zone) ?? text]]
}

/** "Until 10 March" and "before 8 March" are one bound in the end, and both have to hold. */
function narrower(operator: string, one: string | undefined, other: string): string {
  if (one === undefined) return other
  const [earlier, later] = Temporal.Instant.compare(one, other) < 0 ? [one, other] : [other, one]
  return operator.startsWith('g') ? later : earlier
}
