import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Mapping } from './mapping/mapping.ts'
import { parseMapping } from './mapping/read-mapping.ts'

/** The sample company that a clone brings: its files are generated, its mapping is the example for one's own. */
export const SAMPLE_FOLDER = join(import.meta.dirname, '..', '..', '..', 'examples', 'trading-company')
const MAPPING_FILE = 'mapping.json'

/** Its mapping, and its files by their names. */
export function openSample(): { mapping: Mapping; openFile: (name: string) => Readable } {
  const mapping = readFileSync(join(SAMPLE_FOLDER, MAPPING_FILE), 'utf8')
  return {
    mapping: parseMapping(mapping, 'The mapping of the sample company'),
    openFile: (name) => createReadStream(join(SAMPLE_FOLDER, name)),
  }
}
