import { useSyncExternalStore } from 'react'
import { forgetOnSignOut } from '../session-state.ts'
import { watchUnsaved } from '../ui/unsaved.ts'
import type { AnyRecord } from './field.ts'

/** An edit that was not saved: it stays at its value, as it was typed, until it is saved, changed or given up. */
export interface Refusal {
  id: number
  field: string
  reason: string
  /** As it was typed, or the name of what was chosen. */
  text: string
  /** The record that the edit began with. */
  opened: AnyRecord
  /** Sends the same again; undefined if it would be refused again. */
  retry?: () => void
}

type Refusals = ReadonlyMap<string, Refusal>
const NONE: Refusals = new Map()
const byObject = new Map<string, Refusals>()
const listeners = new Set<() => void>()

forgetOnSignOut(() => {
  byObject.clear()
  tell()
})
watchUnsaved(() => [...byObject.values()].some(({ size }) => size > 0), 'tab')

export function refusalKey(id: number, field: string): string {
  return `${id} ${field}`
}

export function refuse(object: string, refusal: Refusal): void {
  const key = refusalKey(refusal.id, refusal.field)
  const others = [...refusalsOf(object)].filter(([known]) => known !== key)
  byObject.set(object, new Map([...others, [key, refusal]]))
  tell()
}

/** Takes the refusal of a field away: it was saved, is being edited, or was given up. */
export function forgive(object: string, id: number, field: string): void {
  const next = new Map(refusalsOf(object))
  if (!next.delete(refusalKey(id, field))) return
  byObject.set(object, next)
  tell()
}

export function refusalsOf(object: string): Refusals {
  return byObject.get(object) ?? NONE
}

/** What was refused of an object's records, by refusalKey(); the latest is the last. */
export function useRefusals(object: string): Refusals {
  return useSyncExternalStore(subscribe, () => refusalsOf(object))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(): void {
  for (const listener of listeners) listener()
}
