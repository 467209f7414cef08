import type { ListPage, Total } from '../../../server/src/lists/schema.ts'
import { type ApiProblem, toProblem } from '../call.ts'

export const PAGE_SIZE = 100
/** The most that the API gives at once. */
const LARGE_PAGE_SIZE = 200
/** Rows asked for beyond those in sight, so that steady scrolling meets no gap. */
const AHEAD_ROWS = 60
/** Rows older than this are loaded again when one comes back to them. */
const FRESH_MS = 15_000
/** A page flown over in less time than this is not asked for. */
const SETTLE_MS = 40

/** Where a page begins: one of a cursor, "end" or a row number; none of them for the first page. */
export interface Paging {
  limit: number
  after?: string
  before?: string
  at?: number
  count: 'capped' | 'exact' | 'none'
}
export type LoadPage<Row> = (paging: Paging, signal: AbortSignal) => Promise<ListPage<Row>>

interface Page<Row> {
  rows: Row[]
  next: string | null
  previous: string | null
}

/**
 * The rows of one list (one filter, one sort), by number, of which only the pages in sight are loaded: adjacent
 * pages by cursor, far jumps by row number, the last page from the end. Tells its subscribers of every change.
 */
export class RowStore<Row extends { id: number }> {
  readonly #load: LoadPage<Row>
  #pages = new Map<number, Page<Row>>()
  /** Pages from before a refresh: they stay in sight until new ones arrive. */
  #old = new Map<number, Page<Row>>()
  #loading = new Map<number, { abort: AbortController; done: Promise<void> }>()
  /** Records as they were saved here: an answer that was on its way meanwhile may still be older. */
  #saved = new Map<number, { version: number } & Partial<Row>>()
  #wanted: number[] = [0]
  #settle: ReturnType<typeof setTimeout> | undefined
  #total: Total | undefined
  #searchedFor: string | null = null
  #loadedAt_ms = 0
  #problem: ApiProblem | undefined
  #listeners = new Set<() => void>()
  #revision = 0

  constructor(load: LoadPage<Row>) {
    this.#load = load
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  /** Changes with every change of the store. */
  revision = (): number => this.#revision

  /** Whether it is on the screen. */
  get watched(): boolean {
    return this.#listeners.size > 0
  }
  /** False until the first rows have come. */
  get ready(): boolean {
    return this.#total !== undefined
  }
  /** What the API says: exact, or at least so many. */
  get total(): Total | undefined {
    return this.#total
  }
  /** What the rows were searched for instead of what was typed, where nothing met that. */
  get searchedFor(): string | null {
    return this.#searchedFor
  }
  /** Why the last page did not come; gone once one does. */
  get problem(): ApiProblem | undefined {
    return this.#problem
  }

  /** Rows that can be scrolled to. Where the API stopped counting, the list grows while one scrolls. */
  get count(): number {
    if (!this.#total) return 0
    if (this.#total.exact) return this.#total.count
    let known = this.#total.count
    let end = Number.POSITIVE_INFINITY
    for (const [number, { rows, next }] of this.#pages) {
      const after = number * PAGE_SIZE + rows.length
      if (rows.length > 0) known = Math.max(known, after)
      // An empty page lies past the end; the end itself is not known yet.
      if (next === null) end = Math.min(end, after)
    }
    return Math.min(end, known + PAGE_SIZE)
  }

  rowAt(index: number): Row | undefined {
    const number = Math.floor(index / PAGE_SIZE)
    const page = this.#pages.get(number) ?? this.#old.get(number)
    return page?.rows[index - number * PAGE_SIZE]
  }

  /** Number of a loaded row, or -1. */
  indexOf(id: number): number {
    for (const [number, { rows }] of this.#pages) {
      const index = rows.findIndex((row) => row.id === id)
      if (index >= 0) return number * PAGE_SIZE + index
    }
    return -1
  }

  /** Loads the first rows, or those in sight again if they are no longer fresh. */
  begin(): void {
    if (this.#pages.size === 0) this.#loadWanted()
    else if (Date.now() - this.#loadedAt_ms > FRESH_MS) this.refresh()
  }

  /** Says which rows are in sight; their pages are loaded, and others that were on their way given up. */
  want(first: number, last: number): void {
    const end = this.#total ? Math.max(0, this.count - 1) : 0
    const from = Math.floor(Math.min(end, Math.max(0, first - AHEAD_ROWS / 2)) / PAGE_SIZE)
    const to = Math.floor(Math.min(end, last + AHEAD_ROWS) / PAGE_SIZE)
    this.#wanted = Array.from({ length: to - from + 1 }, (_, index) => from + index)
    clearTimeout(this.#settle)
    if (this.#missing().length === 0) return
    if (this.#pages.size === 0) this.#loadWanted()
    else this.#settle = setTimeout(() => this.#loadWanted(), SETTLE_MS)
  }

  /** The row at a place, loaded if need be; undefined past the end. */
  async reach(index: number): Promise<Row | undefined> {
    if (index < 0 || (this.#total && index >= this.count)) return undefined
    if (!this.rowAt(index)) {
      this.want(index, index)
      await this.#loadPage(Math.floor(index / PAGE_SIZE))
    }
    return this.rowAt(index)
  }

  /** Changes a loaded row in place. */
  patch(id: number, change: Partial<Row> & { version?: number }): void {
    const { version } = change
    if (version !== undefined) this.#saved.set(id, { ...change, version })
    for (const page of [...this.#pages.values(), ...this.#old.values()]) {
      const index = page.rows.findIndex((row) => row.id === id)
      const row = page.rows[index]
      if (row) page.rows = page.rows.with(index, { ...row, ...change })
    }
    this.#changed()
  }

  /** Loads what is in sight again; what is shown stays until then. */
  refresh(): void {
    for (const { abort } of this.#loading.values()) abort.abort()
    this.#loading.clear()
    if (this.#pages.size > 0) this.#old = this.#pages
    this.#pages = new Map()
    this.#loadWanted()
    if (!this.#wanted.includes(0)) void this.#loadPage(0)
  }

  /** Counts every row of a list whose count was cut short. Can take seconds on millions of matches. */
  async countAll(): Promise<void> {
    const page = await this.#load({ limit: 1, count: 'exact' }, new AbortController().signal)
    if (page.total) this.#total = page.total
    this.#changed()
  }

  /** Ids of the first rows of the list, loaded or not, at most so many. */
  async firstIds(max: number): Promise<number[]> {
    const { rows } = await this.firstRows(max, new AbortController().signal)
    return rows.map(({ id }) => id)
  }

  /** The first rows of the list as they are now, at most so many, and whether there are more; says how many have come. */
  async firstRows(
    max: number,
    signal: AbortSignal,
    onCount: (rows: number) => void = () => undefined,
  ): Promise<{ rows: Row[]; more: boolean }> {
    // By id: a row that moves meanwhile may come twice.
    const rows = new Map<number, Row>()
    let after: string | undefined
    while (rows.size < max) {
      const limit = Math.min(LARGE_PAGE_SIZE, max - rows.size)
      const page = await this.#load({ limit, after, count: 'none' }, signal)
      for (const row of page.items) rows.set(row.id, row)
      onCount(rows.size)
      if (page.next_cursor === null) return { rows: [...rows.values()], more: false }
      after = page.next_cursor
    }
    return { rows: [...rows.values()], more: true }
  }

  #missing(): number[] {
    return this.#wanted.filter((number) => !this.#pages.has(number))
  }

  #loadWanted(): void {
    for (const [number, { abort }] of this.#loading) {
      if (!this.#wanted.includes(number)) {
        abort.abort()
        this.#loading.delete(number)
      }
    }
    for (const number of this.#missing()) void this.#loadPage(number)
  }

  /** Whoever asks for a page that is on its way already waits for the same answer. */
  #loadPage(number: number): Promise<void> {
    const known = this.#loading.get(number)
    if (known) return known.done
    const abort = new AbortController()
    const done = this.#fetchPage(number, abort)
    this.#loading.set(number, { abort, done })
    return done.finally(() => {
      if (this.#loading.get(number)?.abort === abort) this.#loading.delete(number)
    })
  }

  async #fetchPage(number: number, abort: AbortController): Promise<void> {
    try {
      const page = await this.#load(this.#paging(number), abort.signal)
      if (abort.signal.aborted) return
      const rows = page.items.map((row) => this.#notOlder(row))
      this.#pages.set(number, { rows, next: page.next_cursor, previous: page.previous_cursor })
      if (page.total) this.#total = page.total
      this.#searchedFor = page.searched_for
      this.#problem = undefined
      this.#loadedAt_ms = Date.now()
      if (this.#missing().length === 0) this.#old.clear()
    } catch (error) {
      if (abort.signal.aborted) return
      this.#problem = toProblem(error)
    }
    this.#changed()
  }

  #notOlder(row: Row & { version?: number }): Row {
    const saved = this.#saved.get(row.id)
    if (!saved) return row
    if (row.version !== undefined && row.version < saved.version) return { ...row, ...saved }
    this.#saved.delete(row.id)
    return row
  }

  #paging(number: number): Paging {
    if (number === 0) return { limit: PAGE_SIZE, count: 'capped' }
    const paging: Paging = { limit: PAGE_SIZE, count: 'none' }
    const after = this.#pages.get(number - 1)?.next
    if (after) return { ...paging, after }
    const before = this.#pages.get(number + 1)?.previous
    if (before) return { ...paging, before }
    const start = number * PAGE_SIZE
    if (this.#total?.exact && start + PAGE_SIZE >= this.#total.count && start < this.#total.count) {
      return { ...paging, limit: this.#total.count - start, before: 'end' }
    }
    return { ...paging, at: start }
  }

  #changed(): void {
    this.#revision += 1
    for (const listener of this.#listeners) listener()
  }
}
