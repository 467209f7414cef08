import type { Option } from '../vocabulary.ts'

const own = Intl.DateTimeFormat().resolvedOptions().timeZone
const names = new Set(['UTC', own, ...Intl.supportedValuesOf('timeZone')])

export function timeZoneOption(name: string): Option {
  return { value: name, label: name.replaceAll('_', ' ') }
}

/** Every time zone that this browser knows. */
export const timeZoneOptions: Option[] = [...names].sort().map(timeZoneOption)
export const browserTimeZone = timeZoneOption(own)
