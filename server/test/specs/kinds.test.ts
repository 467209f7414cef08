import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kinds, recordKinds } from '../../src/vocabulary.ts'
import { readSources, type Source, type SyntaxNode } from '../fixtures/sources.ts'

/** From so many kinds on it is a list of them; two are a case of their own. */
const LIST_MIN = 3
const REGISTRY = 'server/src/vocabulary.ts'
/** A type that lacks a kind, or has one too many, when the registry changes. */
const FOLLOWS = /\b(RecordKind|RecordTable|RecordPath|SearchKind|ImportableName|KindWithPage|NamedKind)\b/

const sources = readSources().filter(({ path, isTest }) => !isTest && path !== REGISTRY)

/** Whatever a kind is called in code. */
const kindOfWord = new Map(
  kinds.flatMap((kind) => {
    const { table, path, one, many } = recordKinds[kind]
    return [kind, table, path, one, many].map((word): [string, string] => [word, kind])
  }),
)

/** The words that a node lists: elements of an array, keys of an object, members of a union. */
function wordsOf(node: SyntaxNode): string[] {
  // Of these types of node; undefined fields of others are not looked at.
  const { elements, properties, types } = node as {
    elements?: ({ value?: unknown } | null)[]
    properties?: { key?: { name?: string; value?: unknown } }[]
    types?: { literal?: { value?: unknown } }[]
  }
  switch (node.type) {
    case 'ArrayExpression':
      return (elements ?? []).map((each) => String(each?.value))
    case 'ObjectExpression':
      return (properties ?? []).map(({ key }) => String(key?.name ?? key?.value))
    case 'TSUnionType':
      return (types ?? []).map(({ literal }) => String(literal?.value))
    default:
      return []
  }
}

/** What a node is the value of, without `as` and `satisfies`: a variable, a property, an argument. */
function holderOf(source: Source, node: SyntaxNode): SyntaxNode | undefined {
  const above = source.parents.get(node)
  const isTyped = above?.type === 'TSAsExpression' || above?.type === 'TSSatisfiesExpression'
  return isTyped ? holderOf(source, above) : above
}

function isModuleConstant(source: Source, holder: SyntaxNode | undefined): boolean {
  const statement = holder?.type === 'VariableDeclarator' && source.parents.get(holder)
  const above = statement && source.parents.get(statement)
  return above ? above.type === 'Program' || above.type === 'ExportNamedDeclaration' : false
}

/** The types that are written before and behind a node. */
function typesOf(source: Source, node: SyntaxNode): string {
  const holder = holderOf(source, node)
  const declared = (holder?.id as SyntaxNode | undefined)?.typeAnnotation // Of a variable.
  const above = source.parents.get(node)
  return `${textOf(source, declared)} ${above === holder ? '' : textOf(source, above?.typeAnnotation)}`
}

function textOf({ lines, lineOf }: Source, node: unknown): string {
  const span = node as SyntaxNode | undefined // Any node.
  return span ? lines.slice(lineOf(span.start) - 1, lineOf(span.end)).join('\n') : ''
}

/** What lists words of kinds and is no list of the kinds that there are. */
const OTHER_LISTS = new Set([
  // Seeds; the same ones for ever.
  'server/src/demo/draw/random.ts stream',
  // A demo need not have rows of every kind.
  'server/src/demo/load/table-rows.ts tableRows',
  // Ids of the sample company, as another system would write them.
  'server/src/demo/sample/drawn-rows.ts ids',
])

test('the list of kinds is written once: every other follows from the registry, by its value or by its type', () => {
  const places = sources.flatMap((source) =>
    source.nodes.flatMap((node) => {
      const listed = new Set(wordsOf(node).flatMap((word) => kindOfWord.get(word) ?? []))
      if (listed.size < LIST_MIN) return []
      const holder = holderOf(source, node)
      const named = (holder?.id ?? holder?.key) as { name?: string } | undefined // Of a variable or property.
      // What an answer is made of, or a write changes, is each route's own; objects that functions make are data.
      if (/^(reads|writes)/.test(named?.name ?? '')) return []
      if (node.type === 'ObjectExpression' && !isModuleConstant(source, holder)) return []
      if (FOLLOWS.test(typesOf(source, node))) return []
      const place = `${source.path} ${named?.name ?? ''}`.trimEnd()
      return OTHER_LISTS.has(place) ? [] : [`${place} (line ${source.lineOf(node.start)})`]
    }),
  )
  assert.deepEqual(places, [], 'these lists of kinds do not follow from recordKinds in vocabulary.ts')
})
