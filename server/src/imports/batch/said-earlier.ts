import { importableObjects } from '../mapping/objects.ts'
import { type StagedRow, stagedColumns } from '../mapping/plan.ts'
import type { FieldPlan, FilePlan, RecordPlan } from '../mapping/plan-shape.ts'

/** Records of which it is remembered what rows have said; of any more, rows in later batches count as the first. */
const RECORDS_MAX = 2 ** 21
const SLOTS_AT_FIRST = 2 ** 10

/** The place of a field in what a row says of its record, as one bit of an int. */
export function fieldBit({ object }: RecordPlan, { name }: Pick<FieldPlan, 'name'>): number {
  return 2 ** [...importableObjects[object.name].fields.keys()].indexOf(name)
}

/**
 * What the rows of earlier batches have said of records that are there: the first word holds for the whole import, wherever
 * a batch ends. Each record is known by 64 bits of its id in the source, so that memory stays small.
 */
export class SaidEarlier {
  readonly #ofRecord = new Bits()
  readonly #rowsOfFile = new Map<string, Bits>()

  /** Tells the rows of a batch what earlier ones have said of their records: fields, or -1 if a row may not repeat. */
  tell(plan: FilePlan, staged: readonly StagedRow[]): void {
    for (const { record, id, said } of placesOf(plan)) {
      for (const row of staged) {
        if (!('values' in row)) continue
        const key = keyOf(record, row.values[id] ?? '')
        const isRepeated = !record.shared && this.#rowsOf(plan).get(key) !== 0
        row.values[said] = String(isRepeated ? -1 : this.#ofRecord.get(key))
      }
    }
  }

  /** Remembers what the rows of a batch have said, once it is in. */
  note(plan: FilePlan, staged: readonly StagedRow[], refused: ReadonlyMap<number, unknown>): void {
    for (const { record, id, fields } of placesOf(plan)) {
      for (const [index, row] of staged.entries()) {
        if (!('values' in row) || refused.has(index)) continue
        const key = keyOf(record, row.values[id] ?? '')
        let bits = 0
        for (const { at, bit } of fields) if ((row.values[at] ?? null) !== null) bits |= bit
        this.#ofRecord.add(key, bits)
        if (!record.shared) this.#rowsOf(plan).add(key, 1)
      }
    }
  }

  #rowsOf({ file }: FilePlan): Bits {
    const known = this.#rowsOfFile.get(file) ?? new Bits()
    this.#rowsOfFile.set(file, known)
    return known
  }
}

function placesOf(plan: FilePlan) {
  const columns = stagedColumns(plan).map(({ staged }) => staged)
  return plan.records
    .filter(({ update }) => update)
    .map((record) => ({
      record,
      id: columns.indexOf(record.externalId.staged),
      said: columns.indexOf(`${record.prefix}said`),
      fields: record.fields
        .filter(({ fromFile }) => fromFile)
        .map((field) => ({ at: columns.indexOf(field.staged), bit: fieldBit(record, field) })),
    }))
}

function keyOf({ object }: RecordPlan, id: string): string {
  return `${object.name}/${id}`
}

/** Bits by a key, of which two halves of a hash are kept. */
class Bits {
  #high = new Uint32Array(SLOTS_AT_FIRST)
  #low = new Uint32Array(SLOTS_AT_FIRST)
  #bits = new Uint32Array(SLOTS_AT_FIRST)
  #count = 0

  get(key: string): number {
    return this.#bits[this.#slot(...hashesOf(key))] ?? 0
  }

  add(key: string, bits: number): void {
    if (bits === 0) return
    const hashes = hashesOf(key)
    const slot = this.#slot(...hashes)
    if (this.#bits[slot] === 0) {
      if (this.#count >= RECORDS_MAX) return
      this.#count++
    }
    this.#put(slot, hashes, (this.#bits[slot] ?? 0) | bits)
    if (this.#count * 2 > this.#bits.length) this.#grow()
  }

  #put(slot: number, [high, low]: [number, number], bits: number): void {
    this.#high[slot] = high
    this.#low[slot] = low
    this.#bits[slot] = bits
  }

  /** Where the key stands, or has its place. */
  #slot(high: number, low: number): number {
    const last = this.#bits.length - 1
    let slot = low & last
    while (this.#bits[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low))
      slot = (slot + 1) & last
    return slot
  }

  #grow(): void {
    const [high, low, bits] = [this.#high, this.#low, this.#bits]
    const slots = bits.length * 2
    this.#high = new Uint32Array(slots)
    this.#low = new Uint32Array(slots)
    this.#bits = new Uint32Array(slots)
    for (const [slot, each] of bits.entries()) {
      if (each === 0) continue
      const hashes: [number, number] = [high[slot] ?? 0, low[slot] ?? 0]
      this.#put(this.#slot(...hashes), hashes, each)
    }
  }
}

/** Two hashes of 32 bits (cyrb53). */
function hashesOf(key: string): [number, number] {
  let [high, low] = [0xdeadbeef, 0x41c6ce57]
  for (let index = 0; index < key.length; index++) {
    const unit = key.charCodeAt(index)
    high = Math.imul(high ^ unit, 2_654_435_761)
    low = Math.imul(low ^ unit, 1_597_334_677)
  }
  const mixed = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  const other =
    Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(mixed ^ (mixed >>> 13), 3_266_489_909)
  return [mixed >>> 0, other >>> 0]
}
