import { type NumberFormat, numberFormats } from '../../values/number.ts'
import type { FileMapping, Mapping, Transform } from './mapping.ts'
import { type MonthNames, monthNamesOf } from './month-names.ts'

/** How the cells of a field are written. */
export interface CellFormat {
  transforms: ReadonlySet<Transform>
  numbers: NumberFormat
  /** Undefined if the mapping does not say in which order day, month and year stand. */
  dates: DateOrder | undefined
  monthNames: MonthNames
  /** Of times that state none. */
  zone: string
  /** Whose days count. */
  workspaceZone: string
  /** Whether what is read stands in the mapping itself. */
  isOfMapping: boolean
}

export type DateOrder = 'day_first' | 'month_first' | 'year_first'

const dateOrders: readonly Transform[] = ['day_first', 'month_first', 'year_first']
const numberNames: readonly Transform[] = ['decimal_point', 'decimal_comma', 'swiss', 'indian']

/** The format of a file's cells; `formatOfField` says what is different in a field. */
export function formatOfFile(mapping: Mapping, file: FileMapping, workspaceZone: string): CellFormat {
  const numbers = file.numbers ?? mapping.numbers
  return {
    transforms: new Set(),
    numbers: numbers === undefined ? numberFormats.unsaid : numberFormats[numbers],
    dates: file.dates ?? mapping.dates,
    monthNames: monthNamesOf(file.month_names ?? mapping.month_names),
    zone: file.time_zone ?? mapping.time_zone ?? workspaceZone,
    workspaceZone,
    isOfMapping: false,
  }
}

/** Of values that stand in the mapping itself: they are written as in the API, whatever the file is like. */
export function mappingFormat(format: CellFormat): CellFormat {
  return {
    ...format,
    transforms: new Set(['share']),
    numbers: numberFormats.unsaid,
    dates: undefined,
    isOfMapping: true,
  }
}

/** With the transforms of a field, which go before what is said for the file. */
export function formatOfField(format: CellFormat, transforms: readonly Transform[]): CellFormat {
  const dates = transforms.find((transform) => dateOrders.includes(transform))
  const numbers = transforms.find((transform) => numberNames.includes(transform))
  return {
    ...format,
    transforms: new Set([...format.transforms, ...transforms]),
    dates: (dates as DateOrder | undefined) ?? format.dates, // dateOrders are these three.
    numbers: numbers ? numberFormats[numbers as keyof typeof numberFormats] : format.numbers, // As numberNames.
  }
}
