import type { Readable } from 'node:stream'
import { ImportFailure } from '../failure.ts'
import { columnName, placesOf } from '../mapping/columns.ts'
import { Turns } from '../turns.ts'
import { type CsvDialect, type CsvRow, CsvRows, marked } from './csv-rows.ts'
import { decoded, isUtf8, otherFile } from './encodings.ts'

export const FILE_BYTES_MAX = 2 * 1024 ** 3
export const COLUMNS_MAX = 500
const PIECE_BYTES_MAX = 64 * 1024
/** How much of a file is looked at to tell its delimiter and its header. */
const HEAD_LENGTH_MAX = 64 * 1024
/** Titles and blank lines that may stand above the header. */
const LINES_ABOVE_MAX = 50
const DELIMITERS = [',', ';', '\t', '|'] as const
/** What Excel writes, and wants, as the first line of a file. */
const SEPARATOR_LINE = /^"?sep=([^\r\n"])"?[^\r\n\p{L}\d]*(\r\n|\r|\n|$)/iu

export interface CsvOptions {
  /** The delimiter that the mapping names; the file's own "sep=" goes before it. */
  delimiter?: string | undefined
  /** Of a file without a mark. */
  encoding?: string | undefined
  quoteEscape?: string | undefined
  /** The header is the first line that has them all; the first of the file if none has. */
  columns?: readonly string[]
  /** Once it is aborted reading ends, between whatever rows. */
  signal?: AbortSignal | undefined
}

/** How a file writes its cells. */
export interface FileDialect {
  delimiter: string
  /** Whether its first line names the delimiter. */
  separator_line: boolean
  quote_escape: string | null
}

export interface CsvFile {
  header: string[]
  /** Where the cells of a row were cut apart. */
  delimiter: string
  /** Whether the file says so itself, in a first line "sep=;". */
  hasSeparatorLine: boolean
  /** The rows below the header, in order; blank ones are left out. To be read once. */
  rows: AsyncIterable<CsvRow>
  /** Stops reading. Needed only if `rows` is not read. */
  close: () => void
}

/**
 * Opens a CSV file (RFC 4180; CRLF, LF or CR) and reads its header: encoding, delimiter and header are found, or said by
 * the options. Memory stays flat whatever the size, and a row that cannot be read does not end the file. Throws
 * ImportFailure for a file that cannot be read as one.
 */
export async function openCsv(source: Readable, file: string, options: CsvOptions = {}): Promise<CsvFile> {
  const text = decoded(bounded(source, file), options.encoding, (head) => refuseOther(head, file))
  const { head, rest } = await peek(text)
  const separatorLine = SEPARATOR_LINE.exec(head)
  const found = findHeader(head.slice(separatorLine?.[0].length ?? 0), separatorLine?.[1], options)
  const dialect = { delimiter: found.delimiter, quoteEscape: options.quoteEscape }
  const rows = readRows(chain(head.slice(separatorLine?.[0].length ?? 0), rest), dialect, {
    file,
    line: separatorLine ? 2 : 1,
    turns: new Turns(options.signal),
  })
  const header = checkHeader(await readHeader(rows, found), file, options)
  return {
    header,
    delimiter: found.delimiter,
    hasSeparatorLine: separatorLine !== null,
    rows: rowsBelow(rows, header),
    close: () => source.destroy(),
  }
}

function refuseOther(head: Buffer, file: string): void {
  const what = otherFile(head)
  if (what === undefined) return
  throw new ImportFailure(`${file} is not CSV but ${what}. Save it as "CSV UTF-8". Nothing was imported.`)
}

/** Throws ImportFailure for a file in UTF-8 that the mapping says is in another encoding: "Müller" would become "MÃ¼ller". */
export async function refuseUtf8(
  source: Readable,
  file: string,
  encoding: string | undefined,
): Promise<void> {
  const isOther = encoding !== undefined && (await isUtf8(bounded(source, file), encoding))
  source.destroy()
  if (!isOther) return
  throw new ImportFailure(
    `${file} is UTF-8, not ${encoding}. Leave its "encoding" out of the mapping. Nothing was imported.`,
  )
}

interface Reading {
  file: string
  line: number
  turns: Turns
}

async function* readRows(
  text: AsyncGenerator<string>,
  dialect: CsvDialect,
  { file, line, turns }: Reading,
): AsyncGenerator<CsvRow> {
  const rows = new CsvRows(dialect, line)
  try {
    for await (const piece of text) {
      yield* rows.feed(piece)
      await turns.next()
    }
    yield* rows.feed('', true)
  } finally {
    await text.return(undefined)
  }
  const unfinished = rows.unfinished()
  if (unfinished === undefined) return
  throw new ImportFailure(
    `In ${file}, the row that begins on line ${unfinished} does not end: a quotation mark is not closed. The rows before it were kept; mend the file and import it again.`,
  )
}

interface FoundHeader {
  delimiter: string
  /** Rows above it. */
  above: number
}

/** The first line that has all columns, cut by the delimiter that is said or else gives most cells. */
function findHeader(
  head: string,
  ownDelimiter: string | undefined,
  { delimiter: given, quoteEscape, columns = [] }: CsvOptions,
): FoundHeader {
  const said = ownDelimiter ?? given
  const candidates = [...new Set(said === undefined ? DELIMITERS : [said, ...DELIMITERS])]
  const found = candidates.flatMap((delimiter) => {
    const above = columns.length === 0 ? -1 : rowWithAll(head, { delimiter, quoteEscape }, columns)
    return above === -1 ? [] : [{ delimiter, above }]
  })
  const fallback = said ?? likeliestDelimiter(/^[^\r\n]*/.exec(head)?.[0] ?? '')
  const likeliest = found.find(({ delimiter }) => delimiter === fallback)
  return likeliest ?? found[0] ?? { delimiter: fallback, above: 0 }
}

function rowWithAll(head: string, dialect: CsvDialect, columns: readonly string[]): number {
  const rows = new CsvRows(dialect).feed(head, true).slice(0, LINES_ABOVE_MAX + 1)
  const headers = rows.map(({ cells }) => cells.map(columnName))
  const exact = headers.findIndex((names) => columns.every((column) => names.includes(column)))
  return exact >= 0
    ? exact
    : headers.findIndex((names) => columns.every((column) => placesOf(names, column).length > 0))
}

/** The one that cuts the header into most names; text in quotes does not count. */
function likeliestDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}

async function readHeader(rows: AsyncGenerator<CsvRow>, { above }: FoundHeader): Promise<string[]> {
  for (let index = 0; ; index++) {
    const row = await rows.next()
    if (row.done) return []
    if (index === above) return row.value.fault === undefined ? row.value.cells.map(columnName) : []
  }
}

function checkHeader(header: string[], file: string, { encoding }: CsvOptions): string[] {
  if (header.every((name) => name === '')) {
    throw new ImportFailure(
      `${file} has no header: its first line must name the columns. Nothing was imported.`,
    )
  }
  if (/[\0\ufffd]/.test(header.join())) {
    throw new ImportFailure(
      `${file} is not ${encoding ?? 'UTF-8'} text. Save it as "CSV UTF-8", or say its "encoding" in the mapping, such as "windows-1252". Nothing was imported.`,
    )
  }
  if (header.length > COLUMNS_MAX) {
    throw new ImportFailure(
      `${file} has ${header.length} columns; at most ${COLUMNS_MAX} can be read. Nothing was imported.`,
    )
  }
  return header
}

async function* rowsBelow(rows: AsyncGenerator<CsvRow>, header: string[]): AsyncGenerator<CsvRow> {
  const [first = ''] = header
  for await (const row of rows) {
    if (row.fault !== undefined) {
      yield { ...row, cells: marked(row.cells, header.length) }
    } else if (columnName(row.cells[0] ?? '') === first && isHeader(row.cells, header)) {
      const fault = 'It is the header again: two files may have been put together here. Delete it.'
      yield { ...row, cells: marked(row.cells, header.length), fault, certain: row.cells }
    } else {
      yield row
    }
  }
}

function isHeader(cells: string[], header: string[]): boolean {
  return cells.length === header.length && cells.every((cell, index) => columnName(cell) === header[index])
}

async function* bounded(source: Readable, file: string): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    for await (const chunk of source) {
      const buffer = Buffer.from(chunk)
      bytes += buffer.length
      if (bytes > FILE_BYTES_MAX) {
        throw new ImportFailure(
          `${file} is larger than ${FILE_BYTES_MAX / 1024 ** 3} GB. The rows before that were kept; split the file and import all parts.`,
        )
      }
      for (let start = 0; start < buffer.length; start += PIECE_BYTES_MAX) {
        yield buffer.subarray(start, start + PIECE_BYTES_MAX)
      }
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT')
      throw new ImportFailure(`There is no file ${file}. Nothing was imported; put it beside the others.`)
    if (code === 'EISDIR' || code === 'EACCES')
      throw new ImportFailure(`${file} cannot be read (${code}). Nothing was imported.`)
    throw error
  }
}

/** Reads the beginning: enough to have all lines among which the header may be. */
async function peek(text: AsyncGenerator<string>): Promise<{ head: string; rest: AsyncGenerator<string> }> {
  let head = ''
  while (head.length < HEAD_LENGTH_MAX) {
    const next = await text.next()
    if (next.done) break
    head += next.value
  }
  return { head, rest: text }
}

async function* chain(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield head
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}
