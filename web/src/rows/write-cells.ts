import { createElement } from 'react'
import { foldWord } from '../../../server/src/values/fold.ts'
import { toProblem } from '../call.ts'
import {
  type AnyRecord,
  changeBack,
  changeByOption,
  type FieldChange,
  optionOf,
  optionsOf,
  type Reading,
  readTyped,
  textOf,
} from '../fields/field.ts'
import { formatCount } from '../format.ts'
import { ask } from '../ui/ask.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'
import { toast, toastProblem } from '../ui/toast.ts'
import type { Option } from '../vocabulary.ts'
import type { CellText, Deed } from './cell-texts.ts'
import type { RecordSource } from './record-source.ts'
import { patchTogether, type RowEdit } from './save.ts'

const UnfitDialog = lazyDialog(() => import('./unfit-dialog.tsx'))

/** Requests at a time: others work meanwhile. */
const AT_ONCE_MAX = 4

/**
 * Writes texts into cells. They are read first, all of them: if one does not fit, the person is told which, and nothing
 * is changed. One Undo takes all of them back.
 */
export async function writeCells<Row extends AnyRecord>(
  source: RecordSource<Row>,
  cells: CellText<Row>[],
  deed: Deed,
): Promise<void> {
  const search = onceEach()
  const read = await Promise.all(
    cells.map(async (cell) => ({ cell, reading: await readCell(cell, search) })),
  ).catch((error) => toProblem(error))
  if (!Array.isArray(read)) return toastProblem(read)
  const unfit = read.flatMap(({ cell, reading }) =>
    'refused' in reading ? [`${cell.place}: ${reading.refused}`] : [],
  )
  if (unfit.length > 0) return sayUnfit(unfit, deed)
  const edits = byRow(
    read.flatMap(({ cell, reading }) =>
      'change' in reading && reading.change ? [{ cell, change: reading.change }] : [],
    ),
  )
  if (edits.length === 0) return toast('Nothing to change: the cells have these values already')
  await save(source, edits)
}

async function sayUnfit(sentences: string[], deed: Deed): Promise<void> {
  const [only] = sentences
  if (deed === 'empty' && only && sentences.length === 1) return toastProblem({ message: only })
  await ask((onClose) => createElement(UnfitDialog, { sentences, deed, onClose: () => onClose(undefined) }))
}

type Search = (options: (text: string) => Promise<Option[]>, text: string) => Promise<Option[]>

/** A name that stands in many cells is looked up once. */
function onceEach(): Search {
  const known = new Map<unknown, Map<string, Promise<Option[]>>>()
  return (options, text) => {
    const texts = known.get(options) ?? new Map<string, Promise<Option[]>>()
    known.set(options, texts)
    const found = texts.get(text) ?? options(text)
    texts.set(text, found)
    return found
  }
}

async function readCell<Row extends AnyRecord>(
  { row, field, shown, text }: CellText<Row>,
  search: Search,
): Promise<Reading<Row>> {
  const trimmed = text.trim()
  if (!field || field.readOnly) {
    return trimmed === shown.trim() ? { change: undefined } : { refused: 'cannot be changed here.' }
  }
  const options = optionsOf(field)
  if (!options) return readTyped(field, row, text)
  if (same(trimmed, optionOf(field, row)?.label ?? '')) return { change: undefined }
  if (trimmed === '') {
    if (!field.nullable) return { refused: `${field.label} cannot be empty.` }
    return { change: changeByOption(field, row, null) }
  }
  if (typeof options !== 'function') {
    const option = options.find(({ label, value }) => same(label, trimmed) || same(value, trimmed))
    const known = options.map(({ label }) => label).join(', ')
    if (!option) return { refused: `“${trimmed}” is none of ${known}.` }
    return { change: changeByOption(field, row, option) }
  }
  const found = await search((words) => options(words, new AbortController().signal), trimmed)
  const exact = found.filter(({ label }) => label === trimmed)
  const named = exact.length > 0 ? exact : found.filter(({ label }) => same(label, trimmed))
  const [option] = named
  if (named.length > 1) return { refused: `several are called “${trimmed}”; choose one in the cell.` }
  return option ? { change: changeByOption(field, row, option) } : { refused: `none is called “${trimmed}”.` }
}

function same(a: string, b: string): boolean {
  return foldWord(a) === foldWord(b)
}

interface CellChange<Row extends AnyRecord> {
  cell: CellText<Row>
  change: FieldChange<Row>
}

function byRow<Row extends AnyRecord>(changes: CellChange<Row>[]): RowEdit<Row>[] {
  const rows = Map.groupBy(changes, ({ cell }) => cell.row.id)
  return [...rows.values()].flatMap((cells) => {
    const opened = cells[0]?.cell.row
    if (!opened) return []
    return { opened, changes: cells.map(({ change, cell }) => ({ change, text: cell.text })) }
  })
}

async function save<Row extends AnyRecord>(source: RecordSource<Row>, edits: RowEdit<Row>[]): Promise<void> {
  const saved: RowEdit<Row>[] = []
  let written = 0
  await eachOf(edits, async (edit) => {
    const answer = await patchTogether(source, edit)
    if (!answer) return
    written += edit.changes.length
    const back = edit.changes.map(({ change }) => {
      const way = changeBack(change.field, edit.opened)
      return { change: way, text: textOf(way.field, edit.opened) }
    })
    saved.push({ opened: answer, changes: back })
  })
  const all = edits.reduce((sum, { changes }) => sum + changes.length, 0)
  const [only] = edits
  const what =
    all === 1 && only ? `${only.changes[0]?.change.field.label} changed` : `${formatCount(all)} cells changed`
  if (written === 0) return
  const sentence =
    written === all
      ? what
      : `${formatCount(written)} of ${formatCount(all)} cells changed; the others are marked with the reason`
  void toast(sentence, { undo: () => eachOf(saved, (edit) => patchTogether(source, edit)) })
}

/** Works on all, a few at a time. */
async function eachOf<T>(items: T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values()
  const worker = async () => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE_MAX }, worker))
}
