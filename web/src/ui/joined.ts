/** Hebrew, Arabic and the other scripts that run from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
const [ISOLATE, END] = ['\u2068', '\u2069']

/**
 * "Buyer · Acme": what there is of the parts. One that runs from right to left keeps to itself; it would draw the figures
 * beside it, such as the day of a date, into its own order.
 */
export function joined(parts: (string | null | undefined)[]): string {
  return parts
    .flatMap((part) => part || [])
    .map((part) => (RIGHT_TO_LEFT.test(part) ? `${ISOLATE}${part}${END}` : part))
    .join(' · ')
}
