import { pipeline, Readable } from 'node:stream'
import { type CsvError, parse } from 'csv-parse'
import { ImportFailure } from './failure.ts'

export const FILE_BYTES_MAX = 2 * 1024 ** 3
export const COLUMNS_MAX = 500
/** The longest row, with all its cells. */
export const ROW_BYTES_MAX = 256 * 1024
/** How much of a file is looked at to tell its delimiter. */
const FIRST_LINE_BYTES_MAX = 64 * 1024
const DELIMITERS = [',', ';', '\t', '|'] as const

export interface CsvRow {
  /** Line of the file on which the row begins, from 1. */
  line: number
  cells: string[]
}

export interface CsvFile {
  header: string[]
  /** Where the cells of a row were cut apart. */
  delimiter: string
  /** The rows below the header, in order; blank ones are left out. To be read once. */
  rows: AsyncIterable<CsvRow>
  /** Stops reading. Needed only if `rows` is not read. */
  close: () => void
}

/**
 * Opens a CSV file (RFC 4180, UTF-8 with or without BOM, UTF-16 with one; CRLF, LF or CR; the delimiter is found in the header) and
 * reads its header. Memory stays flat whatever the size. Throws ImportFailure for a file that cannot be read as one.
 */
export async function openCsv(source: Readable, file: string, givenDelimiter?: string): Promise<CsvFile> {
  const { firstLine, chunks } = await peek(bounded(source, file))
  const delimiter = givenDelimiter ?? likeliestDelimiter(firstLine)
  const fault: Fault = { afterRecords: Number.POSITIVE_INFINITY, code: '' }
  const parser = parse({
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: ROW_BYTES_MAX,
    // An error would throw away the rows before it that still wait in the parser's queue.
    skip_records_with_error: true,
    on_skip: (error) => {
      noteFault(fault, error)
      return undefined
    },
  })
  // Errors of the source come out of the parser's iterator.
  pipeline(Readable.from(chunks), parser, () => {})
  const records = readRecords(parser, file, fault)
  const first = await records.next()
  const header = checkHeader(first.done ? [] : first.value.cells, file)
  return { header, delimiter, rows: rowsBelow(records), close: () => parser.destroy() }
}

interface Fault {
  afterRecords: number
  code: string
}

function noteFault(fault: Fault, error: CsvError | undefined): void {
  const records = Number(error?.records ?? 0)
  if (records < fault.afterRecords) Object.assign(fault, { afterRecords: records, code: error?.code ?? '' })
}

async function* readRecords(
  records: AsyncIterable<string[]>,
  file: string,
  fault: Fault,
): AsyncGenerator<CsvRow> {
  let line = 1
  let count = 0
  for await (const cells of records) {
    if (++count > fault.afterRecords) break
    yield { line, cells }
    line += 1 + cells.reduce((breaks, cell) => breaks + lineBreaks(cell), 0)
  }
  if (fault.code === '') return
  const what =
    fault.code === 'CSV_QUOTE_NOT_CLOSED' || fault.code === 'CSV_MAX_RECORD_SIZE'
      ? `the row that begins on line ${line} does not end: a quotation mark is not closed, or it is longer than ${ROW_BYTES_MAX / 1024} kB`
      : `line ${line} is not CSV`
  throw new ImportFailure(
    `In ${file}, ${what}. The rows before it were kept; mend the file and import it again.`,
  )
}

/** Within a cell they stand in quotation marks and are kept, so counting them gives the lines of the file. */
function lineBreaks(cell: string): number {
  return /[\r\n]/.test(cell) ? (cell.match(/\r\n|\r|\n/g)?.length ?? 0) : 0
}

async function* rowsBelow(records: AsyncGenerator<CsvRow>): AsyncGenerator<CsvRow> {
  for await (const row of records) {
    if (row.cells.some((cell) => cell.trim() !== '')) yield row
  }
}

function checkHeader(cells: string[], file: string): string[] {
  const header = cells.map((cell) => cell.trim())
  if (header.every((name) => name === '')) {
    throw new ImportFailure(
      `${file} has no header: its first line must name the columns. Nothing was imported.`,
    )
  }
  if (/[\0\uFFFD]/.test(header.join())) {
    throw new ImportFailure(`${file} is not UTF-8 text. Save it as "CSV UTF-8". Nothing was imported.`)
  }
  if (header.length > COLUMNS_MAX) {
    throw new ImportFailure(
      `${file} has ${header.length} columns; at most ${COLUMNS_MAX} can be read. Nothing was imported.`,
    )
  }
  return header
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
      yield buffer
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

/** Reads until the end of the first line, and gives back everything to be read again. */
async function peek(
  source: AsyncGenerator<Buffer>,
): Promise<{ firstLine: string; chunks: AsyncGenerator<Buffer> }> {
  const read: Buffer[] = []
  let head = Buffer.alloc(0)
  while (head.length < FIRST_LINE_BYTES_MAX && !/[\r\n]/.test(head.toString('latin1'))) {
    const next = await source.next()
    if (next.done) break
    read.push(next.value)
    head = Buffer.concat(read)
  }
  return { firstLine: head.toString('utf8').split(/[\r\n]/)[0] ?? '', chunks: replay(read, source) }
}

async function* replay(read: Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* read
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

/** The one that cuts the header into most names; text in quotes does not count. */
function likeliestDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}
