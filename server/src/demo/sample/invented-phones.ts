import type { DrawnRow } from './drawn-rows.ts'

/**
 * Numbers that are kept free for films and books, by country; # is a digit. What the demo draws could be somebody's, and
 * these files are read, and called from, by people who never chose to load them. Other countries keep none.
 */
const keptFree: Readonly<Record<string, string>> = {
  'United Kingdom': '+44 20 7946 0###',
  'United States': '(212) 555-01##',
  Germany: '+49 30 23125 ###',
  France: '+33 1 99 00 ## ##',
  Ireland: '+353 20 91# ####',
  Sweden: '+46 8 465 004 ##',
}

/** A number of a drawn row that nobody has; undefined where it has none, or its country keeps none free. */
export function inventedPhone({ phone, country }: DrawnRow): string | undefined {
  const pattern = keptFree[String(country)]
  if (phone === null || pattern === undefined) return undefined
  const digits = String(phone).replace(/\D/g, '').split('')
  return pattern.replace(/#/g, () => digits.pop() ?? '0')
}
