import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { KeyboardEvent } from 'react'
import { type Cell, type CellInput, gridAction, HEADER_INDEX } from './grid-keys.ts'

const extent = { rows: 1_000, cols: 5, screenRows: 20 }
const corner = { row: 0, col: 0 }

function press(
  key: string,
  active: Cell,
  options: { input?: CellInput; code?: string; ctrl?: boolean; shift?: boolean } = {},
) {
  const event = {
    key,
    code: options.code,
    ctrlKey: options.ctrl ?? false,
    shiftKey: options.shift ?? false,
    altKey: false,
    metaKey: false,
  }
  // Only the key and its modifiers are read.
  return gridAction(event as KeyboardEvent, active, extent, options.input ?? 'none')
}
function goes(key: string, active: Cell, options = {}): Cell | undefined {
  const action = press(key, active, options)
  return action?.kind === 'move' ? action.to : undefined
}

describe('keys in a grid', () => {
  test('arrows stay inside, and the header is the row above the first', () => {
    assert.deepEqual(goes('ArrowDown', corner), { row: 1, col: 0 })
    assert.deepEqual(goes('ArrowUp', corner), { row: HEADER_INDEX, col: 0 })
    assert.deepEqual(goes('ArrowLeft', corner), corner)
    assert.deepEqual(goes('ArrowDown', { row: 999, col: 4 }), { row: 999, col: 4 })
  })

  test('Home and End go along the row, with Ctrl to the corners of the list', () => {
    assert.deepEqual(goes('End', corner), { row: 0, col: 4 })
    assert.deepEqual(goes('Home', { row: 7, col: 3 }), { row: 7, col: 0 })
    assert.deepEqual(goes('End', corner, { ctrl: true }), { row: 999, col: 4 })
    assert.deepEqual(goes('Home', { row: 7, col: 3 }, { ctrl: true }), corner)
  })

  test('Page keys go by the height of the screen', () => {
    assert.deepEqual(goes('PageDown', corner), { row: 20, col: 0 })
    assert.deepEqual(goes('PageUp', { row: 5, col: 1 }), { row: 0, col: 1 })
  })

  test('what is typed into a cell is left to the browser and its input methods; elsewhere letters are commands', () => {
    assert.equal(press('x', corner, { input: 'typed' }), undefined)
    assert.deepEqual(press('x', corner), { kind: 'select' })
    assert.deepEqual(press('o', corner), { kind: 'open' })
    assert.deepEqual(goes('j', corner), { row: 1, col: 0 })
  })

  test('the first key of a date goes on to the editor that it opens', () => {
    assert.deepEqual(press('2', corner, { input: 'opened' }), { kind: 'edit', passes: true })
  })

  test('commands lie on the same keys of a keyboard with another script', () => {
    assert.deepEqual(press('ч', corner, { code: 'KeyX' }), { kind: 'select' })
    assert.deepEqual(press('ф', corner, { code: 'KeyA', ctrl: true }), { kind: 'select-all' })
    // On a French keyboard the letter counts, not its place.
    assert.deepEqual(press('a', corner, { code: 'KeyQ', ctrl: true }), { kind: 'select-all' })
  })

  test('Enter edits, opens or sorts; F2 only edits', () => {
    assert.deepEqual(press('Enter', corner, { input: 'typed' }), { kind: 'edit', passes: false })
    assert.deepEqual(press('Enter', corner), { kind: 'open' })
    assert.deepEqual(press('Enter', { row: HEADER_INDEX, col: 1 }), { kind: 'sort' })
    assert.equal(press('F2', corner), undefined)
  })

  test('Delete and Backspace mean cells, never the header', () => {
    assert.deepEqual(press('Delete', corner, { input: 'typed' }), { kind: 'delete' })
    assert.deepEqual(press('Backspace', corner, { input: 'typed' }), { kind: 'empty' })
    assert.equal(press('Delete', { row: HEADER_INDEX, col: 1 }), undefined)
  })

  test('a slash and a question mark leave the grid even where typing edits', () => {
    assert.equal(press('/', corner, { input: 'opened' }), undefined)
    assert.equal(press('?', corner, { input: 'opened' }), undefined)
  })

  test('Shift with an arrow extends the selection, in the header it resizes', () => {
    assert.deepEqual(press('ArrowDown', corner, { shift: true }), {
      kind: 'move',
      to: { row: 1, col: 0 },
      extend: true,
    })
    assert.deepEqual(press('ArrowRight', { row: HEADER_INDEX, col: 1 }, { shift: true }), {
      kind: 'resize',
      by: 1,
    })
  })
})
