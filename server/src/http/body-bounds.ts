import type { FastifyRequest } from 'fastify'
import { invalidField } from '../errors.ts'

/** No list in a body is longer; routes may take fewer. */
export const ENTRIES_MAX = 1_000
/** No object has more fields. */
const FIELDS_MAX = 200
/** Values in a body altogether. */
export const VALUES_MAX = 10_000

/**
 * Refuses a body that no route could want before its values are looked at one by one: a megabyte of wrong entries was
 * answered with 59 MB of errors. Throws 400 with the place.
 */
export function refuseHugeBody({ body }: FastifyRequest): void {
  const open: [path: string, value: unknown][] = [['', body]]
  let values = 0
  for (let next = open.pop(); next; next = open.pop()) {
    const [path, value] = next
    if (typeof value !== 'object' || value === null) continue
    const isList = Array.isArray(value)
    const entries = isList ? value.entries() : Object.entries(value)
    const most = isList ? ENTRIES_MAX : FIELDS_MAX
    let count = 0
    for (const [key, entry] of entries) {
      if (++count > most) {
        throw invalidField(path, `There are more than ${most} ${isList ? 'entries' : 'fields'} here.`)
      }
      if (++values > VALUES_MAX) throw invalidField('', `There are more than ${VALUES_MAX} values in it.`)
      if (typeof entry === 'object') open.push([`${path}/${key}`, entry])
    }
  }
}
