import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildApp } from './app.ts'
import { ResponseCache } from './cache/response-cache.ts'
import { MemoryVersions } from './cache/versions.ts'
import type { Config } from './config.ts'
import { generateTypes } from './db/generate-types.ts'
import type { OpenedDatabase } from './db/open.ts'
import { sampleFiles } from './demo/sample/sample-files.ts'
import { SAMPLE_FOLDER } from './imports/sample.ts'

const OPENAPI_FILE = join(import.meta.dirname, '..', '..', 'api', 'openapi.json')

/**
 * Writes what is generated: table types from the migrated database, api/openapi.json from the routes, and the sample
 * company from the demo's generators. With `check` it writes nothing and returns 1 if a file is out of date.
 */
export async function generate(opened: OpenedDatabase, config: Config, check: boolean): Promise<number> {
  const current = {
    'server/src/db/types.generated.ts': await generateTypes(opened.pool, check),
    'api/openapi.json': await generateOpenApi(opened, config, check),
    'examples/trading-company/': generateSample(check),
  }
  const stale = Object.entries(current)
    .filter(([, upToDate]) => !upToDate)
    .map(([file]) => file)
  if (!check) console.log(stale.length ? `Written: ${stale.join(', ')}` : 'Everything is up to date.')
  if (!check || stale.length === 0) return 0
  console.error(`Out of date: ${stale.join(', ')}. Run "npm run generate" and commit the result.`)
  return 1
}

async function generateOpenApi(opened: OpenedDatabase, config: Config, check: boolean): Promise<boolean> {
  const app = await buildApp({ ...opened, config, cache: new ResponseCache(new MemoryVersions()) })
  await app.ready()
  const source = `${JSON.stringify(app.swagger(), null, 2)}\n`
  await app.close()
  return keep(OPENAPI_FILE, source, check)
}

function generateSample(check: boolean): boolean {
  const kept = Object.entries(sampleFiles()).map(([name, text]) =>
    keep(join(SAMPLE_FOLDER, name), text, check),
  )
  return kept.every((upToDate) => upToDate)
}

/** Writes a file that is not what it should be, unless it is only to be checked; whether it was up to date. */
function keep(file: string, text: string, check: boolean): boolean {
  const upToDate = existsSync(file) && readFileSync(file, 'utf8') === text
  if (!upToDate && !check) writeFileSync(file, text)
  return upToDate
}
