import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildApp } from './app.ts'
import { ResponseCache } from './cache/response-cache.ts'
import { MemoryVersions } from './cache/versions.ts'
import type { Config } from './config.ts'
import { generateTypes } from './db/generate-types.ts'
import type { OpenedDatabase } from './db/open.ts'

const OPENAPI_FILE = join(import.meta.dirname, '..', '..', 'api', 'openapi.json')

/**
 * Writes what is generated from the two truths: table types from the migrated database, api/openapi.json from
 * the routes. With `check` it writes nothing and returns 1 if a file is out of date.
 */
export async function generate(opened: OpenedDatabase, config: Config, check: boolean): Promise<number> {
  const current = {
    'server/src/db/types.generated.ts': await generateTypes(opened.pool, check),
    'api/openapi.json': await generateOpenApi(opened, config, check),
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
  const upToDate = existsSync(OPENAPI_FILE) && readFileSync(OPENAPI_FILE, 'utf8') === source
  if (!upToDate && !check) writeFileSync(OPENAPI_FILE, source)
  return upToDate
}
