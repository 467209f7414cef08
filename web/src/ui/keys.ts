import { useEffect, useRef } from 'react'
import { readPreference } from '../preferences.ts'
import { isComposing } from './composing.ts'

const SEQUENCE_MS = 1_000

export interface Shortcut {
  /** "c", "g c" (one after the other), "mod+k" (Ctrl, or Command on a Mac). */
  keys: string
  label: string
  group: string
  /** Left out where a component handles the key itself and only wants it on the sheet of keys. */
  run?: () => void
}

const everywhere = new Set<{ current: Shortcut[] }>()
const onThisScreen = new Set<{ current: Shortcut[] }>()

/** Makes shortcuts work while the component is on the page. A screen's own win over those of the shell. */
export function useShortcuts(shortcuts: Shortcut[], reach: 'screen' | 'everywhere' = 'screen'): void {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  useEffect(() => {
    const registered = reach === 'screen' ? onThisScreen : everywhere
    registered.add(latest)
    return () => void registered.delete(latest)
  }, [reach])
}

/** All shortcuts that work right now, for the sheet of keys. */
export function currentShortcuts(): Shortcut[] {
  const byKeys = new Map<string, Shortcut>()
  for (const { current } of [...everywhere, ...onThisScreen])
    for (const shortcut of current) byKeys.set(shortcut.keys, shortcut)
  return [...byKeys.values()]
}

export function singleKeysOn(): boolean {
  return readPreference('single_keys', true)
}

/** The letter of a key for commands: on a keyboard of another script, that of the key's place. */
export function latinKey({ key, code }: { key: string; code?: string }): string {
  const place = key.length === 1 && key > '\x7f' ? /^Key([A-Z])$/.exec(code ?? '')?.[1] : undefined
  return (place ?? key).toLowerCase()
}

const isMac = navigator.platform.startsWith('Mac')

/** How a shortcut is written on this machine: "Ctrl K", "⌘ K", "G C". */
export function writtenKeys(keys: string): string[] {
  return keys
    .split(/[ +]/)
    .map((key) => (key === 'mod' ? (isMac ? '⌘' : 'Ctrl') : key.length === 1 ? key.toUpperCase() : key))
}

const TEXT_ENTRY =
  'input:not([type=checkbox],[type=radio],[type=button]), textarea, select, [contenteditable]'
const OWN_KEYS = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]'

/** Takes typing for whatever is active beside it; see typesInto. */
export const KEYS_PLACE = 'data-keys-place'
/** They lead to search and help and hardly ever begin a value. */
const NEVER_TYPED = ['/', '?']

let prefix: { key: string; until_ms: number } | undefined

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || isComposing(event) || event.altKey) return
  const target = event.target instanceof Element ? event.target : document.body
  const keys = pressed(event, target)
  const run = keys && find(keys)
  if (!run) return
  event.preventDefault()
  prefix = undefined
  run()
}

function pressed(event: KeyboardEvent, target: Element): string | undefined {
  const key = latinKey(event)
  const typing = typesInto(target, event)
  if (event.ctrlKey || event.metaKey) return isOwn(event, key, typing, target) ? undefined : `mod+${key}`
  if (typing || key.length !== 1 || !singleKeysOn() || target.closest(OWN_KEYS)) return undefined
  if (prefix && prefix.until_ms > event.timeStamp) return `${prefix.key} ${key}`
  if (startsSequence(key)) prefix = { key, until_ms: event.timeStamp + SEQUENCE_MS }
  return key
}

/** Whether a key with Ctrl or Command belongs to the text field, to the dialog, or to the browser. */
function isOwn(event: KeyboardEvent, key: string, typing: boolean, target: Element): boolean {
  // With Shift it is another key: to do again, never to take back still more.
  if (event.shiftKey) return true
  // What is behind a dialog is not what one sees.
  if (key === 'z') return typing || target.closest(OWN_KEYS) !== null
  // On a Mac these move and delete in every text field.
  return isMac && event.ctrlKey && typing
}

/** Whether the key makes text of an element, so that it is no shortcut. */
function typesInto(target: Element, { key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (!target.matches(TEXT_ENTRY)) return false
  if (!target.hasAttribute(KEYS_PLACE)) return true
  return !target.hasAttribute('readonly') && !ctrlKey && !metaKey && !NEVER_TYPED.includes(key)
}

function startsSequence(key: string): boolean {
  return currentShortcuts().some(({ keys }) => keys.startsWith(`${key} `))
}

function find(keys: string): (() => void) | undefined {
  return currentShortcuts().find((shortcut) => shortcut.keys === keys)?.run
}

/** Listens for shortcuts on the whole page; called once. */
export function listenForShortcuts(): void {
  document.addEventListener('keydown', onKeyDown)
}
