import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseSync } from 'vite'

const ROOT = join(import.meta.dirname, '..', '..')
const FILES = [
  'server/**/*.ts',
  'web/*.ts',
  'web/src/**/*.{ts,tsx}',
  'web/test/**/*.{ts,tsx}',
  'bench/**/*.ts',
  'bin/**/*.{ts,mjs}',
]

/** A node of a syntax tree (ESTree with TypeScript), as far as the rules look at it. */
export interface SyntaxNode {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

export interface Import {
  /** The file from the root of the project, or the package. */
  target: string
  /** Erased before the program runs. */
  typeOnly: boolean
  line: number
}

export interface Source {
  /** From the root of the project, with slashes. */
  path: string
  lines: string[]
  isTest: boolean
  nodes: SyntaxNode[]
  /** Of each node: the one it stands in. */
  parents: Map<SyntaxNode, SyntaxNode>
  /** Line numbers, from 1, on which a comment stands. */
  commented: Set<number>
  imports: Import[]
  lineOf: (offset: number) => number
}

/** Every source file of the project, parsed. Generated files are left out. */
export function readSources(): Source[] {
  return globSync(FILES, { cwd: ROOT, exclude: (name) => name.includes('node_modules') })
    .filter((path) => !path.endsWith('.generated.ts'))
    .toSorted()
    .map(readSource)
}

function readSource(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const { program, comments, errors } = parseSync(path, text)
  if (errors.length) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`)
  const ends = [...text.matchAll(/\n/g)].map((match) => match.index)
  const lineOf = (offset: number) => {
    const after = ends.findIndex((end) => end >= offset)
    return (after < 0 ? ends.length : after) + 1
  }
  const parents = new Map<SyntaxNode, SyntaxNode>()
  const nodes = [...walk(program as unknown as SyntaxNode, parents)] // The parser's own types name every field.
  const lines = text.split('\n')
  return {
    path,
    lines: lines.at(-1) === '' ? lines.slice(0, -1) : lines,
    isTest: /\.test\.tsx?$|\/test\//.test(path),
    nodes,
    parents,
    commented: new Set(comments.map(({ start }) => lineOf(start))),
    imports: nodes.flatMap((node) => readImport(path, node, lineOf)),
    lineOf,
  }
}

function* walk(node: SyntaxNode, parents: Map<SyntaxNode, SyntaxNode>): Generator<SyntaxNode> {
  yield node
  for (const child of Object.values(node).flat()) {
    if (!isNode(child)) continue
    parents.set(child, node)
    yield* walk(child, parents)
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string' // Checked here.
}

interface ImportNode extends SyntaxNode {
  source?: { value: string } | null
  importKind?: string
  exportKind?: string
  specifiers?: { importKind?: string; exportKind?: string }[]
}

function readImport(path: string, node: ImportNode, lineOf: Source['lineOf']): Import[] {
  if (!/^(Import|Export)/.test(node.type) || typeof node.source?.value !== 'string') return []
  const kinds = (node.specifiers ?? []).map((each) => each.importKind ?? each.exportKind)
  const typeOnly =
    (node.importKind ?? node.exportKind) === 'type' ||
    (kinds.length > 0 && kinds.every((kind) => kind === 'type'))
  const { value } = node.source
  const target = value.startsWith('.') ? relative(ROOT, join(ROOT, dirname(path), value)) : value
  return [{ target, typeOnly, line: lineOf(node.start) }]
}
