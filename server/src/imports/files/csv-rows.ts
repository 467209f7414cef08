/** The longest row, with all its cells. */
export const ROW_LENGTH_MAX = 256 * 1024
/** What is kept of the beginning of a longer one. */
const ROW_HEAD_LENGTH = 4_096

export interface CsvRow {
  /** Line of the file on which the row begins, from 1. */
  line: number
  /** As they stand in the file, without their quotation marks. */
  cells: string[]
  /** Why the row cannot be read; its cells are then what can be shown of it. */
  fault?: string
  /** The first cells of a row that cannot be read, as far as it is certain that they are its own. */
  certain?: string[]
}

export interface CsvDialect {
  delimiter: string
  /** Stands before a quotation mark that is text, besides a second one: "\\". */
  quoteEscape?: string | undefined
}

/** What a row in quotes is found to be: whole, going on beyond what has been read, or not to be understood. */
type Scanned =
  | { kind: 'whole'; cells: string[]; end: number }
  | { kind: 'open'; quoted: boolean }
  | { kind: 'broken'; at: number; before: string[] }

type Broken = Extract<Scanned, { kind: 'broken' }>
type Unread = Required<Pick<CsvRow, 'fault' | 'certain'>>

const BACKSLASH = '\\'
const LINE_END = /\r\n|\r|\n/g
const NOWHERE = Number.POSITIVE_INFINITY
/** Follows the cells of a row that has to be mended: with it the row is refused until somebody has looked. */
const MARK = 'mend this row, then delete this cell'

/**
 * Cuts text into rows (RFC 4180), fed piece by piece. A row that cannot be read is given with its fault, and the next
 * one begins where it ends. Work and memory grow with the length of the text and of a row, whatever they hold.
 */
export class CsvRows {
  readonly #dialect: CsvDialect
  #text = ''
  #line: number
  /** Below this length another look at an unfinished row is not worth it. */
  #lengthWanted = 0
  /** A row that is too long is skipped to its end. */
  #skipping: Skipping | undefined
  /** A piece has ended with half a line end. */
  #isHalfEnded = false
  #found = new Map<string, number>()

  constructor(dialect: CsvDialect, line = 1) {
    this.#dialect = dialect
    this.#line = line
  }

  /** The rows that end in what has been fed; blank lines are left out. */
  feed(piece: string, last = false): CsvRow[] {
    this.#text += this.#isHalfEnded && piece.startsWith('\n') ? piece.slice(1) : piece
    if (piece !== '') this.#isHalfEnded = false
    if (!last && this.#text.length < this.#lengthWanted) return []
    const rows: CsvRow[] = []
    let start = 0
    this.#found.clear()
    if (this.#skipping) start = this.#skip(this.#skipping, last, rows)
    while (start < this.#text.length && !this.#skipping) {
      const end = this.#readRow(start, last, rows)
      if (end === undefined) break
      start = end
    }
    this.#text = this.#text.slice(start)
    this.#lengthWanted = 2 * this.#text.length
    if (this.#text.length > ROW_LENGTH_MAX && !this.#skipping) {
      this.#skipping = new Skipping(this.#dialect, this.#line, this.#text.slice(0, ROW_HEAD_LENGTH))
      return [...rows, ...this.feed('', last)]
    }
    return rows
  }

  /** The line on which a row begins whose quotation mark is never closed; undefined if all rows have ended. */
  unfinished(): number | undefined {
    if (this.#skipping) return this.#skipping.line
    return this.#text === '' ? undefined : this.#line
  }

  /** Adds the row that begins here; returns where it ends, undefined if that has not been fed yet. */
  #readRow(start: number, last: boolean, rows: CsvRow[]): number | undefined {
    const lineEnd = this.#lineEnd(start, last)
    if (Math.min(this.#next('"', start), this.#escapeAt(start)) >= lineEnd) {
      if (lineEnd === NOWHERE && !last) return undefined
      const end = Math.min(lineEnd, this.#text.length)
      return this.#add(start, end, this.#text.slice(start, end).split(this.#dialect.delimiter), rows)
    }
    const scanned = this.#scan(start, last, this.#dialect.quoteEscape)
    if (scanned.kind === 'whole') return this.#add(start, scanned.end, scanned.cells, rows)
    return scanned.kind === 'broken' ? this.#readBroken(start, scanned, last, rows) : undefined
  }

  /** A row ends where it would if a backslash stood for a second quotation mark, or else with its line. */
  #readBroken(start: number, broken: Broken, last: boolean, rows: CsvRow[]): number | undefined {
    const { at, before } = broken
    const escaped = this.#dialect.quoteEscape ? undefined : this.#scan(start, last, BACKSLASH)
    const mayGrow = !last && this.#text.length - start <= ROW_LENGTH_MAX
    if (escaped?.kind === 'open' && mayGrow) return undefined
    const isEscaped = escaped?.kind === 'whole' && escaped.end > at
    const lineEnd = this.#lineEnd(at, last)
    if (!isEscaped && lineEnd === NOWHERE && mayGrow) return undefined
    const end = isEscaped ? escaped.end : Math.min(lineEnd, this.#text.length)
    const fault = isEscaped
      ? 'Its quotation marks are escaped by a backslash. Double them, or say "quote_escape": "\\\\" for the file in the mapping.'
      : `Its quotation marks cannot be understood${this.#span(start, end)}: one stands where no cell begins or ends. Double those that are text.`
    const cells = this.#text.slice(start, end).split(this.#dialect.delimiter)
    // Over several lines it may hold other rows, and then those are lost with it.
    const certain = lineBreaks(this.#text.slice(start, end)) === 0 ? before : []
    return this.#add(start, end, cells, rows, { fault, certain })
  }

  #span(start: number, end: number): string {
    const breaks = lineBreaks(this.#text.slice(start, end))
    return breaks > 0 ? ` (lines ${this.#line} to ${this.#line + breaks})` : ''
  }

  #add(start: number, end: number, cells: string[], rows: CsvRow[], unread?: Unread): number {
    const line = this.#line
    // A line that is all one row has no line end in it.
    this.#line +=
      1 + (this.#found.get('\n') === end || end === start ? 0 : lineBreaks(this.#text.slice(start, end)))
    if (end - start > ROW_LENGTH_MAX) {
      rows.push(tooLong(line, this.#line, this.#text.slice(start, start + ROW_HEAD_LENGTH), this.#dialect))
    } else if (unread) rows.push({ line, cells, ...unread })
    else if (!cells.every((cell) => cell.trim() === '')) rows.push({ line, cells })
    return end + (this.#text.startsWith('\r\n', end) ? 2 : 1)
  }

  /** Where a line ends. A carriage return at the end of a piece may be half of one. */
  #lineEnd(start: number, last: boolean): number {
    const end = Math.min(this.#next('\n', start), this.#next('\r', start))
    return end === this.#text.length - 1 && this.#text[end] === '\r' && !last ? NOWHERE : end
  }

  #escapeAt(start: number): number {
    const { quoteEscape } = this.#dialect
    return quoteEscape === undefined ? NOWHERE : this.#next(quoteEscape, start)
  }

  /** Remembered until it is passed, so that nothing is looked for again in every row. */
  #next(character: string, start: number): number {
    const known = this.#found.get(character)
    if (known !== undefined && known >= start) return known
    const at = this.#text.indexOf(character, start)
    const found = at === -1 ? NOWHERE : at
    this.#found.set(character, found)
    return found
  }

  #scan(start: number, last: boolean, quoteEscape: string | undefined): Scanned {
    const text = this.#text
    const { delimiter } = this.#dialect
    const cells: string[] = []
    for (let at = start; ; at++) {
      const cell = scanCell(text, at, delimiter, quoteEscape, last)
      if ('kind' in cell) return cell.kind === 'broken' ? { ...cell, before: cells } : cell
      cells.push(cell.value)
      at = cell.end
      if (at >= text.length) return last ? { kind: 'whole', cells, end: at } : { kind: 'open', quoted: false }
      if (text.startsWith(delimiter, at)) continue
      if (text[at] === '\r' && at === text.length - 1 && !last) return { kind: 'open', quoted: false }
      return { kind: 'whole', cells, end: at }
    }
  }

  #skip(skipping: Skipping, last: boolean, rows: CsvRow[]): number {
    const end = skipping.feed(this.#text, last)
    this.#line = skipping.lineNow
    if (end === undefined) return this.#text.length
    rows.push(tooLong(skipping.line, skipping.lineNow, skipping.head, this.#dialect))
    this.#skipping = undefined
    this.#isHalfEnded = end === this.#text.length && this.#text.endsWith('\r')
    return end
  }
}

function tooLong(line: number, lineAfter: number, head: string, dialect: CsvDialect): CsvRow {
  const lines = lineAfter > line + 1 ? ` (lines ${line} to ${lineAfter - 1})` : ''
  const fault = `The row is longer than ${ROW_LENGTH_MAX / 1024} kB${lines}. If it is not one row, a quotation mark is not closed.`
  return { line, cells: [], fault, certain: lines === '' ? endedCells(head, dialect) : [] }
}

/** The cells that end within the beginning of a row. */
function endedCells(head: string, { delimiter, quoteEscape }: CsvDialect): string[] {
  const cells: string[] = []
  for (let at = 0; ; at++) {
    const cell = scanCell(head, at, delimiter, quoteEscape, false)
    if ('kind' in cell || !head.startsWith(delimiter, cell.end)) return cells
    cells.push(cell.value)
    at = cell.end
  }
}

interface Cell {
  value: string
  end: number
}

/** Blanks around a cell in quotes are no part of it. */
function scanCell(
  text: string,
  start: number,
  delimiter: string,
  quoteEscape: string | undefined,
  last: boolean,
): Cell | Scanned {
  let open = start
  while (text[open] === ' ') open++
  if (text[open] !== '"') return scanBare(text, start, delimiter, quoteEscape)
  let value = ''
  let from = open + 1
  for (;;) {
    const at = nextOf(text, from, '"', quoteEscape)
    if (at === -1) return { kind: 'open', quoted: true }
    const isQuote = text[at] === '"'
    if (!last && at === text.length - 1) return { kind: 'open', quoted: true }
    value += text.slice(from, at)
    if (isQuote && text[at + 1] !== '"') {
      let end = at + 1
      while (text[end] === ' ') end++
      const isEnd =
        end >= text.length || text.startsWith(delimiter, end) || text[end] === '\n' || text[end] === '\r'
      return isEnd ? { value, end } : { kind: 'broken', at, before: [] }
    }
    value += unescaped(text[at + 1] ?? '')
    from = at + 2
  }
}

function scanBare(text: string, start: number, delimiter: string, quoteEscape: string | undefined): Cell {
  let value = ''
  for (let at = start; ; at++) {
    const character = text[at]
    if (character === undefined || character === '\n' || character === '\r' || character === delimiter) {
      return { value, end: at }
    }
    if (character === quoteEscape && text[at + 1] !== undefined) value += unescaped(text[++at] ?? '')
    else value += character
  }
}

/** MySQL writes NULL as \N. */
function unescaped(character: string): string {
  return character === 'N' ? '' : character
}

function nextOf(text: string, start: number, quote: string, quoteEscape: string | undefined): number {
  const at = text.indexOf(quote, start)
  if (quoteEscape === undefined) return at
  const escaped = text.slice(start, at === -1 ? text.length : at).indexOf(quoteEscape)
  return escaped === -1 ? at : start + escaped
}

function lineBreaks(text: string): number {
  return /[\r\n]/.test(text) ? (text.match(LINE_END)?.length ?? 0) : 0
}

/** Finds the end of a row without keeping it. */
class Skipping {
  readonly #dialect: CsvDialect
  /** The line on which the row begins. */
  readonly line: number
  /** How the row begins. */
  readonly head: string
  /** The line on which the next row begins, once this one has ended. */
  lineNow: number
  #state: 'begin' | 'bare' | 'quoted' | 'closed' = 'begin'
  #isEscaped = false
  #afterReturn = false

  constructor(dialect: CsvDialect, line: number, head: string) {
    this.#dialect = dialect
    this.line = line
    this.head = head
    this.lineNow = line
  }

  /** Where the next row begins; undefined if this one goes on. */
  feed(text: string, last: boolean): number | undefined {
    for (let at = 0; at < text.length; at++) {
      const character = text[at] ?? ''
      const isBreak = character === '\n' || character === '\r'
      if (isBreak && !(character === '\n' && this.#afterReturn)) this.lineNow++
      this.#afterReturn = character === '\r'
      if (isBreak && this.#state !== 'quoted') return at + (text.startsWith('\r\n', at) ? 2 : 1)
      this.#step(character)
    }
    if (!last || this.#state === 'quoted') return undefined
    this.lineNow++
    return text.length
  }

  #step(character: string): void {
    if (this.#isEscaped) {
      this.#isEscaped = false
    } else if (character === this.#dialect.quoteEscape) {
      this.#isEscaped = true
    } else if (this.#state === 'quoted') {
      if (character === '"') this.#state = 'closed'
    } else if (character === this.#dialect.delimiter) {
      this.#state = 'begin'
    } else if (character === '"') {
      this.#state = this.#state === 'bare' ? 'bare' : 'quoted'
    } else if (character !== ' ') {
      this.#state = 'bare'
    }
  }
}

/** A row that has to be mended, so that it stays refused in the error file until it is. */
export function marked(cells: string[], columns: number): string[] {
  const blanks = Array.from({ length: Math.max(0, columns - cells.length) }, () => '')
  return [...cells, ...blanks, MARK]
}

export function isMarked(cells: string[]): boolean {
  return cells.includes(MARK)
}
