/**
 * The product's fixed words, each list written once. The database has a CHECK for every one of them,
 * the route schemas build their enums from them and the web app imports them, so this file imports nothing.
 */
export const roles = ['owner', 'admin', 'manager', 'representative', 'read_only'] as const
export type Role = (typeof roles)[number]

export const lifecycleStages = ['lead', 'prospect', 'customer', 'churned'] as const
export type LifecycleStage = (typeof lifecycleStages)[number]

export const orderStatuses = ['draft', 'confirmed', 'shipped', 'completed', 'cancelled'] as const
export type OrderStatus = (typeof orderStatuses)[number]

export const interactionKinds = ['call', 'email', 'meeting', 'note'] as const
export type InteractionKind = (typeof interactionKinds)[number]

/** ISO 4217 codes that Rapport sells in, with the digits after the point in their minor unit. */
export const currencyDigits = {
  EUR: 2,
  USD: 2,
  GBP: 2,
  CHF: 2,
  SEK: 2,
  NOK: 2,
  DKK: 2,
  PLN: 2,
  CZK: 2,
  CAD: 2,
  AUD: 2,
  BRL: 2,
  INR: 2,
  CNY: 2,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  BHD: 3,
} as const
export type Currency = keyof typeof currencyDigits
export const currencies = Object.keys(currencyDigits) as Currency[] // The keys are those of the object.

/** What a member may be allowed to do. `auth/permissions.ts` says which role may do which. */
export const permissions = [
  'records:read',
  'records:write',
  'catalogue:write',
  'team:write',
  'import:run',
  'members:write',
  'workspace:write',
  'trash:purge',
  'jobs:manage',
] as const
export type Permission = (typeof permissions)[number]

/** One kind of record, as everything speaks of it that works alike for all kinds. */
interface KindWords {
  /** In record_kinds of the database; never changes. */
  number: number
  table: string
  /** Its place in the addresses of the API: "/api/<path>/7". */
  path: string
  /** What the API calls one. */
  noun: string
  /** What people call one, and several. */
  one: string
  many: string
  /** The right to change, delete and restore them. */
  writtenWith: Permission
  /** Fields by which others name one. */
  namedBy: readonly string[]
  /** The search finds them; the first of equal hits are those of the kind with the least turn. */
  searchTurn?: number
  /** It has a timeline: its changes, and the notes, calls and orders that name it. */
  timeline?: true
}

/**
 * What kinds of records there are, the only list of them: a kind names only itself and those before it, so that whoever
 * locks or loads several in this order waits in no circle.
 */
export const recordKinds = {
  sales_representative: {
    number: 3,
    table: 'sales_representatives',
    path: 'sales-representatives',
    noun: 'sales representative',
    one: 'representative',
    many: 'representatives',
    writtenWith: 'team:write',
    namedBy: ['assigned_sales_rep_id', 'sales_rep_id', 'manager_id'],
    searchTurn: 5,
  },
  company: {
    number: 2,
    table: 'companies',
    path: 'companies',
    noun: 'company',
    one: 'company',
    many: 'companies',
    writtenWith: 'records:write',
    namedBy: ['company_id'],
    searchTurn: 2,
    timeline: true,
  },
  customer: {
    number: 1,
    table: 'customers',
    path: 'customers',
    noun: 'customer',
    one: 'customer',
    many: 'customers',
    writtenWith: 'records:write',
    namedBy: ['customer_id'],
    searchTurn: 1,
    timeline: true,
  },
  product: {
    number: 4,
    table: 'products',
    path: 'products',
    noun: 'product',
    one: 'product',
    many: 'products',
    writtenWith: 'catalogue:write',
    namedBy: ['product_id'],
    searchTurn: 3,
  },
  order: {
    number: 5,
    table: 'orders',
    path: 'orders',
    noun: 'order',
    one: 'order',
    many: 'orders',
    writtenWith: 'records:write',
    namedBy: [],
    searchTurn: 4,
  },
  interaction: {
    number: 6,
    table: 'interactions',
    path: 'interactions',
    noun: 'interaction',
    one: 'note or call',
    many: 'notes and calls',
    writtenWith: 'records:write',
    namedBy: [],
  },
} as const satisfies Record<string, KindWords>

export type RecordKind = keyof typeof recordKinds
type Kinds = typeof recordKinds
/** The kinds that have something: "searchTurn", "timeline". */
export type KindWith<F extends keyof KindWords> = {
  [K in RecordKind]: Kinds[K] extends Record<F, unknown> ? K : never
}[RecordKind]
export type TableOf<K extends RecordKind> = Kinds[K]['table']
export type PathOf<K extends RecordKind> = Kinds[K]['path']
export type RecordTable = TableOf<RecordKind>
export type RecordPath = PathOf<RecordKind>
export type SearchKind = KindWith<'searchTurn'>
export type TimelineKind = KindWith<'timeline'>

// Object.keys knows texts only; the casts of this file say of which registry they are keys or members.
export const kinds = Object.keys(recordKinds) as RecordKind[] // See above.
export const recordTables: readonly RecordTable[] = kinds.map((kind) => recordKinds[kind].table)
export const recordPaths: readonly RecordPath[] = kinds.map((kind) => recordKinds[kind].path)
export const timelineKinds = kinds.filter((kind) => 'timeline' in recordKinds[kind]) as TimelineKind[] // See above.
/** In the order of their turns. */
export const searchKinds = (kinds.filter((kind) => 'searchTurn' in recordKinds[kind]) as SearchKind[]) // See above.
  .toSorted((one, other) => recordKinds[one].searchTurn - recordKinds[other].searchTurn)

type KindBy<F extends 'table' | 'path'> = { [K in RecordKind as Kinds[K][F]]: K }

function kindBy<F extends 'table' | 'path'>(field: F): KindBy<F> {
  return Object.fromEntries(kinds.map((kind) => [recordKinds[kind][field], kind])) as KindBy<F> // See above.
}

export const kindOfTable = kindBy('table')
export const kindOfPath = kindBy('path')
