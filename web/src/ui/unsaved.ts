import { createElement, useEffect, useRef } from 'react'
import { isWriting } from '../call.ts'
import { forgetOnSignOut } from '../session-state.ts'
import { ask, closeDialogs } from './ask.tsx'
import { lazyDialog } from './lazy-dialog.tsx'

const loadConfirm = () => import('./confirm.tsx')
const Confirm = lazyDialog(loadConfirm)

/** What typed work is lost with: its page, or only the tab, because something keeps it while one looks elsewhere. */
type LostWith = 'page' | 'tab'

interface Unsaved {
  check: () => boolean
  lostWith: LostWith
}

const watched = new Set<Unsaved>()
let asking: Promise<boolean> | undefined

/** Says whether something typed is not saved yet; asked whenever a page is about to be left. Returns its end. */
export function watchUnsaved(check: () => boolean, lostWith: LostWith): () => void {
  const unsaved = { check, lostWith }
  watched.add(unsaved)
  return () => void watched.delete(unsaved)
}

/** watchUnsaved while the component is on the page. */
export function useUnsaved(check: () => boolean, lostWith: LostWith = 'page'): void {
  const latest = useRef(check)
  latest.current = check
  useEffect(() => watchUnsaved(() => latest.current(), lostWith), [lostWith])
}

/** Loads the question before it is asked: by then the network may have gone. */
export function prepareQuestion(): void {
  void loadConfirm().catch(() => undefined)
}

/** Whether leaving the page, or closing or reloading the tab, would lose something that was typed. */
function hasUnsaved(leaving: LostWith): boolean {
  return [...watched].some(({ check, lostWith }) => (leaving === 'tab' || lostWith === 'page') && check())
}

let handingOver = false

/** Browsers take a link to a telephone or a mail program for leaving the page, which stays. Called once. */
export function listenForHandOver(): void {
  document.addEventListener(
    'click',
    ({ target }) => {
      const link = target instanceof Element ? target.closest('a') : null
      if (!link || /^https?:$/.test(link.protocol)) return
      handingOver = true
      setTimeout(() => {
        handingOver = false
      })
    },
    true,
  )
}

/** Whether closing or reloading the tab is to be asked about. */
export function asksBeforeUnload(): boolean {
  return !handingOver && (isWriting() || hasUnsaved('tab'))
}

/** Asks before typed work is lost; true at once if there is none. Dialogs go with the page that they stood on. */
export async function mayLeave(): Promise<boolean> {
  saveOpenEditor()
  if (!hasUnsaved('page')) {
    closeDialogs()
    return true
  }
  asking ??= ask<boolean>((answer) =>
    createElement(Confirm, {
      title: 'Leave without saving?',
      detail: 'What you typed here has not been saved, and leaving loses it.',
      action: 'Leave',
      cancel: 'Stay here',
      onConfirm: () => answer(true),
      onCancel: () => answer(false),
    }),
  ).finally(() => {
    asking = undefined
  })
  const leaves = await asking
  if (leaves) closeDialogs()
  return leaves
}

/** Marks the element in which a value is edited in place: leaving it saves. */
export const SAVES_ON_LEAVING = 'data-saves-on-leaving'

/** Going back by a key leaves the focus where it is: what is typed in a cell is saved as by any other leaving. */
function saveOpenEditor(): void {
  const { activeElement } = document
  if (activeElement instanceof HTMLElement && activeElement.hasAttribute(SAVES_ON_LEAVING)) {
    activeElement.blur()
  }
}

// What stands on the page goes without a question: the person has decided, or is another one.
forgetOnSignOut(() => {
  for (const unsaved of watched) if (unsaved.lostWith === 'page') watched.delete(unsaved)
  closeDialogs()
})
