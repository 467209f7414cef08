// Weighs what a browser loads, in bytes after gzip, and fails when it is more than the design allows.
// Run after the build: node web/check-budgets.ts
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const KB = 1024
const FIRST_ROUTE_JS_MAX = 150 * KB
const FIRST_ROUTE_CSS_MAX = 12 * KB
const LAZY_CHUNK_MAX = 60 * KB
/** The screen that people meet first. */
const FIRST_SCREEN = 'src/customers/customers-screen.tsx'
const ENTRY = 'index.html'

/** An entry of Vite's manifest; keys and imports are names of sources. */
interface Chunk {
  file: string
  imports?: string[]
  css?: string[]
}

interface Finding {
  what: string
  bytes: number
  max: number
}

const dist = join(import.meta.dirname, 'dist')

function readManifest(): Record<string, Chunk> {
  const file = join(dist, '.vite', 'manifest.json')
  if (!existsSync(file)) {
    console.error('There is no build to weigh. Build the web app first: npm start does, or "vite build web".')
    process.exit(1)
  }
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** A chunk and everything that it imports before it runs. */
function withImports(manifest: Record<string, Chunk>, name: string, found = new Set<Chunk>()): Set<Chunk> {
  const chunk = manifest[name]
  if (!chunk) throw new Error(`The build has no chunk "${name}"; has the source moved?`)
  if (found.has(chunk)) return found
  found.add(chunk)
  for (const imported of chunk.imports ?? []) withImports(manifest, imported, found)
  return found
}

function weigh(file: string): number {
  return gzipSync(readFileSync(join(dist, file)), { level: 9 }).length
}

function sum(files: Iterable<string>): number {
  return [...new Set(files)].reduce((bytes, file) => bytes + weigh(file), 0)
}

function findings(manifest: Record<string, Chunk>): Finding[] {
  const first = [...withImports(manifest, ENTRY), ...withImports(manifest, FIRST_SCREEN)]
  const files = new Set(first.map((chunk) => chunk.file))
  const lazy = Object.values(manifest).filter(({ file }) => file.endsWith('.js') && !files.has(file))
  return [
    {
      what: 'First route, JavaScript',
      bytes: sum([...files, 'theme.js']),
      max: FIRST_ROUTE_JS_MAX,
    },
    {
      what: 'First route, CSS',
      bytes: sum(first.flatMap((chunk) => chunk.css ?? [])),
      max: FIRST_ROUTE_CSS_MAX,
    },
    ...lazy
      .map(({ file }) => ({ what: file, bytes: weigh(file), max: LAZY_CHUNK_MAX }))
      .sort((a, b) => b.bytes - a.bytes),
  ]
}

const list = findings(readManifest())
for (const { what, bytes, max } of list) {
  const verdict = bytes > max ? 'TOO MUCH' : 'ok'
  console.log(`${what.padEnd(52)} ${(bytes / KB).toFixed(1).padStart(7)} of ${max / KB} KB  ${verdict}`)
}
const over = list.filter(({ bytes, max }) => bytes > max)
if (over.length > 0) {
  console.error(`${over.length} over budget: load less at first, or load it lazily.`)
  process.exitCode = 1
}
