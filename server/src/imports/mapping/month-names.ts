import { foldWord } from '../../values/fold.ts'

/** Lower-case names and their shortened forms, without points; months are 1 to 12. */
export interface MonthNames {
  months: ReadonlyMap<string, number>
  weekdays: ReadonlySet<string>
}

/** As the names are kept in MonthNames. */
export function nameKey(name: string): string {
  return foldWord(name.replaceAll('.', ''))
}

/** As spreadsheets shorten names, keyboards without umlauts write them, or people of other countries say. */
const otherNames: Record<string, Record<string, number>> = {
  de: { mrz: 3, maerz: 3, janner: 1, jaenner: 1, feber: 2 },
  es: { setiembre: 9 },
}

/** Names of months and weekdays in English and in the language of a locale, which goes before. */
export function monthNamesOf(locale: string | undefined): MonthNames {
  const months = new Map<string, number>()
  const weekdays = new Set<string>()
  for (const language of locale === undefined ? ['en'] : ['en', locale]) {
    for (const length of ['long', 'short'] as const) {
      const alone = new Intl.DateTimeFormat(language, { month: length, timeZone: 'UTC' })
      const inDates = new Intl.DateTimeFormat(language, {
        day: 'numeric',
        month: length,
        year: 'numeric',
        weekday: length,
        timeZone: 'UTC',
      })
      for (let month = 1; month <= 12; month++) {
        const date = new Date(Date.UTC(2025, month - 1, month))
        const parts = [...alone.formatToParts(date), ...inDates.formatToParts(date)]
        for (const { type, value } of parts) {
          if (type === 'month') months.set(nameKey(value), month)
          if (type === 'weekday') weekdays.add(nameKey(value))
        }
      }
    }
  }
  months.set('sept', 9)
  for (const [name, month] of Object.entries(otherNames[locale?.slice(0, 2) ?? ''] ?? {}))
    months.set(name, month)
  return { months, weekdays }
}
