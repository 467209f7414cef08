import type { Readable } from 'node:stream'
import { WordMap } from '../values/fold.ts'
import { cleanLine } from '../values/text.ts'
import { ImportFailure } from './failure.ts'
import { plainCell } from './files/cell-text.ts'
import { openCsv, refuseUtf8 } from './files/csv.ts'
import { columnIndex } from './mapping/columns.ts'
import type { Mapping } from './mapping/mapping.ts'

const LOOKUP_ROWS_MAX = 100_000

interface Source {
  mapping: Mapping
  openFile: (name: string) => Readable
  signal?: AbortSignal
}

/** The words that a mapping's lookups stand for, by the name of each lookup. */
export async function readLookups({
  mapping,
  openFile,
  signal,
}: Source): Promise<Map<string, WordMap<string | null>>> {
  const lookups = new Map<string, WordMap<string | null>>()
  for (const [name, { file, key, value, encoding }] of Object.entries(mapping.lookups ?? {})) {
    if (encoding !== undefined) await refuseUtf8(openFile(file), file, encoding)
    const csv = await openCsv(openFile(file), file, { encoding, columns: [key, value], signal })
    const [keyIndex, valueIndex] = [columnIndex(csv.header, key, file), columnIndex(csv.header, value, file)]
    const entries = new Map<string, string | null>()
    for await (const { cells, line, fault } of csv.rows) {
      if (fault !== undefined)
        throw new ImportFailure(`In ${file}, line ${line}: ${fault} Nothing was imported.`)
      const word = cleanLine(plainCell(cells[keyIndex] ?? ''))
      const meaning = plainCell(cells[valueIndex] ?? '').trim()
      const isOther = entries.has(word) && entries.get(word) !== meaning
      entries.set(word, isOther ? null : meaning)
      if (entries.size > LOOKUP_ROWS_MAX) {
        throw new ImportFailure(
          `${file} has more than the ${LOOKUP_ROWS_MAX} rows of a lookup. Nothing was imported.`,
        )
      }
    }
    lookups.set(name, new WordMap(entries))
  }
  return lookups
}
