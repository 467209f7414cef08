import type { KeyboardEvent } from 'react'
import { latinKey, singleKeysOn } from '../ui/keys.ts'

/** The header is the row above the first. */
export const HEADER_INDEX = -1

export interface Cell {
  /** HEADER_INDEX, or the number of a row. */
  row: number
  col: number
}

/** What a key does in a grid that is not being edited. */
export type GridAction =
  | { kind: 'move'; to: Cell; extend: boolean }
  /** `passes`: the key goes on to the editor that it has opened. */
  | { kind: 'edit'; passes: boolean }
  | { kind: 'sort' | 'open' | 'select' | 'delete' | 'empty' | 'select-all' | 'clear' }
  | { kind: 'resize' | 'move-column'; by: 1 | -1 }

interface Extent {
  rows: number
  cols: number
  screenRows: number
}

/** How the active cell is edited: by typing at once, by an editor that takes the first key, or not at all. */
export type CellInput = 'typed' | 'opened' | 'none'

const COMMANDS: Record<string, GridAction['kind']> = { x: 'select', o: 'open' }
/** They lead out of the grid and hardly ever begin a value. */
const NEVER_TYPED = ['/', '?']

/** Reads a key press: where to go, or what to do with the active cell; undefined if it means nothing here. */
export function gridAction(
  event: KeyboardEvent,
  active: Cell,
  extent: Extent,
  input: CellInput,
): GridAction | undefined {
  const editable = input !== 'none'
  const mod = event.ctrlKey || event.metaKey
  const inHeader = active.row === HEADER_INDEX
  if (inHeader && event.key.startsWith('Arrow') && (event.shiftKey || event.altKey)) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key] as 1 | -1 | undefined // Only the two keys have a step.
    return by && { kind: event.altKey ? 'move-column' : 'resize', by }
  }
  const to = destination(event.key, mod, active, extent)
  if (to && !event.altKey) return { kind: 'move', to, extend: event.shiftKey }
  if (event.altKey) return undefined
  if (mod) return latinKey(event) === 'a' ? { kind: 'select-all' } : undefined
  switch (event.key) {
    case 'Enter':
      if (inHeader) return { kind: 'sort' }
      return editable ? { kind: 'edit', passes: false } : { kind: 'open' }
    case 'F2':
      return editable && !inHeader ? { kind: 'edit', passes: false } : undefined
    case 'Delete':
      return inHeader ? undefined : { kind: 'delete' }
    case 'Backspace':
      return inHeader ? undefined : { kind: 'empty' }
    case 'Escape':
      return { kind: 'clear' }
    case ' ':
      return inHeader ? { kind: 'sort' } : { kind: 'select' }
  }
  if (event.key.length !== 1 || inHeader || NEVER_TYPED.includes(event.key)) return undefined
  // What is typed into the cell arrives as text, however many keys an input method makes it from.
  if (input === 'typed') return undefined
  if (input === 'opened') return { kind: 'edit', passes: true }
  return singleKeysOn() ? command(latinKey(event), active, extent) : undefined
}

function command(key: string, active: Cell, extent: Extent): GridAction | undefined {
  const step = { j: 1, k: -1 }[key]
  if (step) return { kind: 'move', to: within({ ...active, row: active.row + step }, extent), extend: false }
  const kind = COMMANDS[key]
  // Only kinds without further parts stand in the table.
  return kind && ({ kind } as GridAction)
}

function destination(key: string, mod: boolean, { row, col }: Cell, extent: Extent): Cell | undefined {
  const last = extent.rows - 1
  switch (key) {
    case 'ArrowDown':
      return within({ row: mod ? last : row + 1, col }, extent)
    case 'ArrowUp':
      return within({ row: mod ? 0 : row - 1, col }, extent)
    case 'ArrowRight':
      return within({ row, col: mod ? extent.cols : col + 1 }, extent)
    case 'ArrowLeft':
      return within({ row, col: mod ? 0 : col - 1 }, extent)
    case 'PageDown':
      return within({ row: row + extent.screenRows, col }, extent)
    case 'PageUp':
      return within({ row: Math.max(0, row - extent.screenRows), col }, extent)
    case 'Home':
      return mod ? { row: 0, col: 0 } : { row, col: 0 }
    case 'End':
      return within(mod ? { row: last, col: extent.cols } : { row, col: extent.cols }, extent)
    default:
      return undefined
  }
}

function within({ row, col }: Cell, { rows, cols }: Extent): Cell {
  return {
    row: Math.max(HEADER_INDEX, Math.min(row, rows - 1)),
    col: Math.max(0, Math.min(col, cols - 1)),
  }
}
