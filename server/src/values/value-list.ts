/**
 * Several values in one text, as `?city[in]=` takes them: separated by commas, as a line of CSV. A value with a comma
 * is in double quotes, a double quote inside of these is doubled: "Washington, D.C.",Zürich. Pure: the web writes such
 * lists, the server reads them.
 */

const NEEDS_QUOTES = /[",]|^\s|\s$|^$/

export function writeValueList(values: readonly string[]): string {
  return values
    .map((value) => (NEEDS_QUOTES.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
    .join(',')
}

/** The values of a list; undefined if a quote is not closed or something follows it. Blanks around values are none. */
export function readValueList(text: string): string[] | undefined {
  const values: string[] = []
  for (let at = 0; ; at++) {
    while (text[at] === ' ') at++
    const quoted = text[at] === '"' ? readQuoted(text, at + 1) : undefined
    if (text[at] === '"' && !quoted) return undefined
    const end = nextComma(text, quoted?.end ?? at)
    const rest = text.slice(quoted?.end ?? at, end).trim()
    if (quoted && rest !== '') return undefined
    values.push(quoted?.value ?? rest)
    if (end === text.length) return values
    at = end
  }
}

function nextComma(text: string, from: number): number {
  const at = text.indexOf(',', from)
  return at < 0 ? text.length : at
}

function readQuoted(text: string, from: number): { value: string; end: number } | undefined {
  let value = ''
  for (let at = from; ; ) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return undefined
    value += text.slice(at, quote)
    if (text[quote + 1] !== '"') return { value, end: quote + 1 }
    value += '"'
    at = quote + 2
  }
}
