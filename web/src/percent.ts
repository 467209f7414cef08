import { readNumber, writeNumber } from './numbers.ts'

const PERCENT_DIGITS_MAX = 2
/** A share of the API has four places: hundredths of a percent, which a float keeps as whole numbers. */
const SHARE_UNITS = 10_000

/** "19" or "19 %" as the API's share "0.19"; nothing is none. */
export function readPercent(text: string): { value: string } | { refused: string } {
  const number = text.trim().replace(/\s*%$/, '')
  if (number === '') return { value: '0' }
  const read = readNumber(number, { digits: PERCENT_DIGITS_MAX })
  if ('refused' in read) return read
  const percent = Number(read.value)
  if (percent < 0 || percent > 100) return { refused: 'From 0 to 100 percent.' }
  return { value: String(Math.round(percent * 100) / SHARE_UNITS) }
}

/** The API's share "0.19" as "19"; nothing for none. */
export function writePercent(share: string): string {
  const percent = Math.round(Number(share) * SHARE_UNITS) / 100
  return percent === 0 ? '' : writeNumber(String(percent))
}
