import { isDay, isMoment } from '../../../server/src/days.ts'
import { formatCalendarDay, formatDecimal, formatMoment } from '../format.ts'
import { labelOf, type Option } from '../vocabulary.ts'
import { dayMeant, type Filter, isDated, valuesOf } from './filters.ts'

export const YES_NO: Option[] = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
]

/** The value of a filter as people read it; `names` are those of the first records that it is about. */
export function valueWords(filter: Filter, zone: string, names: string[]): string {
  const { field, operator, value } = filter
  const values = valuesOf(filter)
  if (operator === 'empty') return value === 'true' ? 'yes' : 'no'
  if (field.record) {
    const others = values.length - names.length
    return `${names.join(', ')}${others > 0 ? ` and ${others} more` : ''}`
  }
  if (field.kind === 'boolean') return labelOf(YES_NO, value)
  if (isDated(field)) {
    const day = field.kind === 'time' ? dayMeant(filter, zone) : isDay(value) && value
    if (day) return formatCalendarDay(day)
    return isMoment(value) ? formatMoment(value) : value
  }
  if (field.kind === 'number') return /^-?\d+(\.\d+)?$/.test(value) ? formatDecimal(value) : value
  if (field.options) return values.map((each) => labelOf(field.options ?? [], each)).join(', ')
  return operator === 'in' ? values.join(' · ') : value
}
