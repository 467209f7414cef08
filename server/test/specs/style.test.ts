import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { findCircles } from '../fixtures/circles.ts'
import { readSources, type Source, type SyntaxNode } from '../fixtures/sources.ts'

const FILE_LINES_MAX = 400
const FUNCTION_LINES_MAX = 70

const sources = readSources()

/** "path:line what", one for each place that breaks a rule; the test shows them all. */
function expectNone(places: string[]): void {
  assert.deepEqual(places, [], `\n${places.join('\n')}\n`)
}

function at(source: Source, node: SyntaxNode): string {
  return `${source.path}:${source.lineOf(node.start)}`
}

function places(rule: (source: Source, node: SyntaxNode) => boolean | string): string[] {
  return sources.flatMap((source) =>
    source.nodes.flatMap((node) => {
      const broken = rule(source, node)
      return broken === false ? [] : [`${at(source, node)} ${broken === true ? '' : broken}`.trimEnd()]
    }),
  )
}

function lines(pattern: RegExp, applies: (source: Source) => boolean = () => true): string[] {
  return sources
    .filter(applies)
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
    )
}

/** The dotted name of what is called: "test.only", "console.log". */
function called(node: SyntaxNode): string {
  return node.type === 'CallExpression' ? dotted(node.callee) : ''
}

function dotted(value: unknown): string {
  const node = value as { type?: string; name?: string; object?: unknown; property?: unknown } | undefined // Any node.
  if (node?.type === 'MemberExpression') return `${dotted(node.object)}.${dotted(node.property)}`
  return node?.name ?? ''
}

describe('size', () => {
  test(`a file has at most ${FILE_LINES_MAX} lines`, () => {
    const long = sources.filter(({ lines }) => lines.length > FILE_LINES_MAX)
    expectNone(long.map(({ path, lines }) => `${path} has ${lines.length}`))
  })

  test(`a function has at most ${FUNCTION_LINES_MAX} lines`, () => {
    expectNone(
      places((source, node) => {
        if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type))
          return false
        const parent = source.parents.get(node)
        // A describe() is a chapter of specifications.
        if (parent && called(parent) === 'describe') return false
        const length = source.lineOf(node.end) - source.lineOf(node.start) + 1
        return length > FUNCTION_LINES_MAX && `has ${length}`
      }),
    )
  })
})

/** `as const`, and casts to unknown, which promise nothing. */
function isHarmless(annotation: unknown): boolean {
  const type = annotation as
    | { type?: string; typeName?: { name?: string }; elementType?: unknown }
    | undefined // Any node.
  if (type?.type === 'TSArrayType') return isHarmless(type.elementType)
  return type?.type === 'TSUnknownKeyword' || type?.typeName?.name === 'const'
}

/** What has no type of its own until it is given one: what was thrown, parsed JSON, an empty array, undefined. */
function isUntyped(expression: unknown): boolean {
  const node = expression as { type?: string; name?: string; elements?: unknown[] } // Any node.
  if (node.type === 'ArrayExpression') return node.elements?.length === 0
  if (node.type === 'Identifier') return node.name === 'error' || node.name === 'undefined'
  return called(expression as Parameters<typeof called>[0]) === 'JSON.parse' // Any node.
}

describe('types', () => {
  test('no any', () => {
    expectNone(
      places((source, node) => {
        const excused = source.lines[source.lineOf(node.start) - 2]?.includes('biome-ignore')
        return node.type === 'TSAnyKeyword' && !excused
      }),
    )
  })

  test('no cast without its reason on the line', () => {
    expectNone(
      places((source, node) => {
        if (!/^TS(As|NonNull)Expression$|^TSTypeAssertion$/.test(node.type)) return false
        if (isHarmless(node.typeAnnotation) || isUntyped(node.expression)) return false
        const [first, last] = [source.lineOf(node.start), source.lineOf(node.end)]
        return ![first - 1, first, last].some((line) => source.commented.has(line))
      }),
    )
  })

  test('no @ts-ignore, and a reason for every @ts-expect-error', () => {
    expectNone([...lines(/@ts-(ignore|nocheck)/, notThisFile), ...lines(/@ts-expect-error\s*$/)])
  })
})

describe('calls and words', () => {
  test('nothing unfinished', () => {
    expectNone(lines(/\b(TODO|FIXME|HACK)\b/, notThisFile))
  })

  test('no test alone, none skipped without a reason', () => {
    expectNone(
      places((_source, node) => {
        if (/^(test|describe|it)\.(only|todo|skip)$/.test(called(node))) return true
        return (
          node.type === 'Property' &&
          dotted(node.key) === 'skip' &&
          (node.value as { value?: unknown }).value === true // Of any node.
        )
      }),
    )
  })

  test('tests do not sleep', () => {
    expectNone(
      places(
        (source, node) =>
          // The bench's own tests need targets that answer late.
          source.isTest &&
          !source.path.startsWith('bench/') &&
          /^(setTimeout|sleep|delay)$/.test(called(node)),
      ),
    )
  })

  test('only the command line writes to the console', () => {
    const commandLine =
      /^(bin|bench|web\/test)\/|^web\/[^/]+$|^server\/src\/(main|start|work|generate|demo\/ensure-demo|summaries\/check)\.ts$|\/cli\.ts$|generate-types\.ts$/
    expectNone(
      places(
        (source, node) => !commandLine.test(source.path) && /^console\.(log|info|debug)$/.test(called(node)),
      ),
    )
  })

  test('no chance in the server, but where it does good', () => {
    // Transactions that met in a deadlock try again at different times.
    const spreads = new Set(['server/src/db/database.ts'])
    expectNone(
      places(
        ({ path }, node) =>
          /^server\/src\//.test(path) && !spreads.has(path) && called(node) === 'Math.random',
      ),
    )
  })
})

describe('SQL', () => {
  const sqlTexts = (pattern: RegExp) =>
    places((source, node) => {
      const text =
        node.type === 'TemplateElement'
          ? String((node.value as { raw?: string }).raw) // Of this type of node.
          : node.type === 'Literal' && typeof node.value === 'string'
            ? node.value
            : ''
      return (
        source.path !== 'server/test/specs/style.test.ts' && pattern.test(text) && text.trim().slice(0, 60)
      )
    })

  test('columns by name, never all of them', () => {
    expectNone([
      ...sqlTexts(/\bSELECT\s+(DISTINCT\s+)?(\w+\.)?\*/i),
      ...places((_source, node) => /\.(selectAll|returningAll)$/.test(called(node))),
    ])
  })

  test('never by OFFSET', () => {
    expectNone([
      // A step of a walk along an index passes the same few hundred rows wherever it is.
      ...sqlTexts(/\bOFFSET\s*(\d|\$|$)/).filter((place) =>
        /^server\/src\/(?!.*\.test\.|lists\/waypoints\.ts)/.test(place),
      ),
      ...places((_source, node) => /\.offset$/.test(called(node))),
    ])
  })
})

/** This file names what it forbids. */
function notThisFile({ path }: Source): boolean {
  return path !== 'server/test/specs/style.test.ts'
}

describe('folders and imports', () => {
  test('no folder for what has no name', () => {
    expectNone(
      sources
        .map(({ path }) => path)
        .filter((path) => /(^|\/)(utils?|helpers?|common|misc|shared)\//.test(path)),
    )
  })

  test('imports form no circle, types included', () => {
    const graph = new Map(sources.map(({ path, imports }) => [path, imports.map(({ target }) => target)]))
    expectNone(findCircles(graph))
  })

  /** Files without a server in them, which the web app may run too. */
  const pure = new Set(
    [
      'vocabulary.ts',
      'auth/permissions.ts',
      'days.ts',
      'orders/totals.ts',
      'values/countries.ts',
      'values/fold.ts',
      'values/number.ts',
      'values/value-list.ts',
    ].map((path) => `server/src/${path}`),
  )

  test('the web app takes only types and pure functions from the server', () => {
    expectNone(
      importsBroken(
        'web/src/',
        (_from, { target, typeOnly }) => target.startsWith('server/') && !typeOnly && !pure.has(target),
      ),
    )
    expectNone(
      sources
        .filter(({ path }) => pure.has(path))
        .flatMap(({ path, imports }) =>
          imports
            .filter(({ target, typeOnly }) => !typeOnly && target !== 'big.js' && !pure.has(target))
            .map(({ target, line }) => `${path}:${line} ${target}`),
        ),
    )
  })
})

/** What lasts in a window of the web app and says nothing of anybody, or goes with what does. */
const NOBODYS = new Set(
  [
    'call.ts onSignedOut',
    'call.ts writing',
    'format.ts dayFormat',
    'format.ts momentFormat',
    'format.ts moneyFormats',
    // Of the workspace; whoever enters sets it first.
    'format.ts timeZone',
    'lists/print-list.tsx printing',
    'orders/print-order.tsx printing',
    // What this browser remembers, such as the theme, whoever sits before it.
    'preferences.ts listeners',
    'preferences.ts values',
    'fields/refusals.ts listeners',
    'session-state.ts forgetters',
    'timeline/notes.ts listeners',
    'entrance/sign-in-again.tsx open',
    'shell/open.ts paletteOpen',
    // Dialogs that are open; unsaved.ts closes them.
    'ui/ask.tsx lastId',
    'ui/ask.tsx listeners',
    'ui/ask.tsx questions',
    'ui/keys.ts everywhere',
    'ui/keys.ts onThisScreen',
    'ui/keys.ts prefix',
    'ui/lazy-dialog.tsx failed',
    'ui/toaster.tsx mounted',
    'ui/unsaved.ts asking',
    'ui/unsaved.ts handingOver',
    'ui/use-media.ts printListeners',
    'ui/use-media.ts printing',
    'ui/use-media.ts shown',
  ].map((name) => `web/src/${name}`),
)

describe('what one person has done in a window is not the next one’s', () => {
  test('every variable of a module is forgotten on sign-out, or is nobody’s', () => {
    const kept = sources
      .filter(({ path, isTest }) => path.startsWith('web/src/') && !isTest)
      .flatMap((source) => {
        const forgotten = forgottenIn(source)
        return statesOf(source)
          .filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(forgotten))
          .map(({ name, line }) => ({ known: `${source.path} ${name}`, line }))
      })
    expectNone(
      kept.filter(({ known }) => !NOBODYS.has(known)).map(({ known, line }) => `${known} (line ${line})`),
    )
    const gone = [...NOBODYS].filter((name) => !kept.some(({ known }) => known === name))
    assert.deepEqual(gone, [], 'these are gone, or are forgotten by now')
  })
})

/** Variables of a module that can change: `let`, and what begins empty and is no constant. */
function statesOf(source: Source): { name: string; line: number }[] {
  return source.nodes.flatMap((node) => {
    if (node.type !== 'VariableDeclaration') return []
    const above = source.parents.get(node)
    const outside = above?.type === 'ExportNamedDeclaration' ? source.parents.get(above) : above
    if (outside?.type !== 'Program') return []
    const declared = node.declarations as (SyntaxNode & { id: SyntaxNode; init?: SyntaxNode })[] // Of this type of node.
    return declared
      .filter(({ id, init }) => node.kind === 'let' || (beginsEmpty(init) && !/^[A-Z_]+$/.test(dotted(id))))
      .map(({ id }) => ({ name: dotted(id), line: source.lineOf(id.start) }))
  })
}

function beginsEmpty(init: SyntaxNode | undefined): boolean {
  if (init?.type === 'ArrayExpression') return (init.elements as unknown[]).length === 0
  // What is known of an object goes with it, in a WeakMap.
  const isCollection = init?.type === 'NewExpression' && /^(Map|Set)$/.test(dotted(init.callee))
  return isCollection && (init.arguments as unknown[]).length === 0
}

/** The text of what a module does on sign-out. */
function forgottenIn({ nodes, lines, lineOf }: Source): string {
  const textOf = (node: SyntaxNode) => lines.slice(lineOf(node.start) - 1, lineOf(node.end)).join('\n')
  const calls = nodes.filter((node) => called(node) === 'forgetOnSignOut')
  const named = calls.flatMap((node) => (node.arguments as unknown[]).map(dotted))
  const functions = nodes.filter(
    (node) => node.type === 'FunctionDeclaration' && named.includes(dotted(node.id)),
  )
  return [...calls, ...functions].map(textOf).join('\n')
}

function importsBroken(
  root: string,
  broken: (from: string, each: Source['imports'][number]) => boolean,
): string[] {
  return sources
    .filter(({ path }) => path.startsWith(root))
    .flatMap(({ path, imports }) =>
      imports.filter((each) => broken(path, each)).map(({ target, line }) => `${path}:${line} ${target}`),
    )
}

test('every package of the lockfile says what its bytes must be', () => {
  // npm writes the file.
  const lockfile = JSON.parse(
    readFileSync(join(import.meta.dirname, '..', '..', '..', 'package-lock.json'), 'utf8'),
  ) as {
    packages: Record<string, { integrity?: string; link?: true }>
  }
  const without = Object.entries(lockfile.packages).filter(
    ([path, { integrity, link }]) => path !== '' && !integrity && !link,
  )
  assert.deepEqual(
    without.map(([path]) => path),
    [],
  )
})
