import { type ConnectionTarget, createPool } from '../../server/src/db/database.ts'
import type { Answers } from './answers.ts'
import { type Connections, connectionPerRequest, pooled, unnamedPool } from './connections.ts'
import { plainAnswers } from './plain-answers.ts'
import { copies } from './schema.ts'
import { type Techniques, tunedAnswers } from './tuned-answers.ts'

const POOL_SIZE = 8
const STATEMENT_TIMEOUT_MS = 60_000
const none = { searchTokens: false, summaries: false, averageFunction: false }

export interface Stage {
  name: string
  /** What this stage adds to the one before. */
  adds: string
  /** Which copy of the tables it works on. */
  schema: string
  /** Absent for the product itself, which is started as in production. */
  open?: (target: ConnectionTarget) => { connections: Connections; answers: Answers }
}

/** Pooled, and every statement has a name, so that it is parsed and planned once a connection. */
function namedPool(target: ConnectionTarget) {
  return pooled(createPool(target, { size: POOL_SIZE, statementTimeoutMs: STATEMENT_TIMEOUT_MS }))
}

function plain(connections: Connections) {
  return { connections, answers: plainAnswers(connections) }
}

function tuned(connections: Connections, techniques: Techniques) {
  return { connections, answers: tunedAnswers(connections, techniques) }
}

/** From the untuned system to the product, one technique after the other. */
export const stages: readonly Stage[] = [
  {
    name: 'untuned',
    adds: 'primary keys only, OFFSET, exact counts, joins and sums at read time, ILIKE, a connection per request',
    schema: copies.keysOnly,
    open: (target) => plain(connectionPerRequest(target, copies.keysOnly)),
  },
  {
    name: 'connection pool',
    adds: 'a bounded pool of 8 connections',
    schema: copies.keysOnly,
    open: (target) => plain(pooled(unnamedPool(target, copies.keysOnly))),
  },
  {
    name: 'indexes',
    adds: 'the b-trees that one adds first: foreign keys, names, dates, statuses',
    schema: copies.indexed,
    open: (target) => plain(pooled(unnamedPool(target, copies.indexed))),
  },
  {
    name: 'rewritten queries',
    adds: "keyset pages, capped counts, facets, bounded timelines over the product's own indexes",
    schema: 'public',
    open: (target) => tuned(pooled(unnamedPool(target, 'public')), none),
  },
  {
    name: 'search tokens',
    adds: 'words found in an index of tokens instead of ILIKE',
    schema: 'public',
    open: (target) => tuned(pooled(unnamedPool(target, 'public')), { ...none, searchTokens: true }),
  },
  {
    name: 'prepared statements',
    adds: 'every statement named, so that it is planned once a connection',
    schema: 'public',
    open: (target) => tuned(namedPool(target), { ...none, searchTokens: true }),
  },
  {
    name: 'summaries',
    adds: 'counts, sales and loads kept beside the data, exact at every commit',
    schema: 'public',
    open: (target) => tuned(namedPool(target), { ...none, searchTokens: true, summaries: true }),
  },
  {
    name: 'average function',
    adds: 'average_order_amount() from the summary, once a query',
    schema: 'public',
    open: (target) =>
      tuned(namedPool(target), { searchTokens: true, summaries: true, averageFunction: true }),
  },
  {
    name: 'the product',
    adds: 'result cache, compiled serialisers, remembered sessions: Rapport as it is started in production',
    schema: 'public',
  },
]
