import { randomUUID } from 'node:crypto'
import type { Subject } from './subjects.ts'

/**
 * A version for each workspace and subject. An answer is kept under the versions that were read before its query ran;
 * a writer bumps them after its commit and before its own answer. So nobody is given an answer older than their own
 * write, and a slow reader stores its answer where nobody will look for it.
 */
export interface Versions {
  /** The versions of these subjects as one text; undefined if they cannot be known now, so nothing may be cached. */
  read(workspaceId: number, subjects: readonly Subject[]): Promise<string | undefined> | string | undefined
  /** Makes everything that was kept under the present versions unreachable. Throws if that is not certain. */
  bump(workspaceId: number, subjects: readonly Subject[]): Promise<void> | void
  /** Whether every process knows of a bump when it returns; if not, they hear of it a moment later. */
  readonly shared: boolean
}

/** Versions of one process. Other processes' writes arrive through `bump` by way of change-listener.ts. */
export class MemoryVersions implements Versions {
  readonly shared = false
  readonly #versions = new Map<string, number>()
  #epoch: string = randomUUID()
  /** False while other processes' writes cannot be heard: then nothing may be served from memory. */
  #hearing = true

  read(workspaceId: number, subjects: readonly Subject[]): string | undefined {
    if (!this.#hearing) return undefined
    let text = this.#epoch
    for (const subject of subjects) text += `.${this.#versions.get(`${workspaceId}:${subject}`) ?? 0}`
    return text
  }

  bump(workspaceId: number, subjects: readonly Subject[]): void {
    for (const subject of subjects) {
      const key = `${workspaceId}:${subject}`
      this.#versions.set(key, (this.#versions.get(key) ?? 0) + 1)
    }
  }

  setHearing(hearing: boolean): void {
    this.#hearing = hearing
    // What was missed is unknown, so nothing kept so far may be used again.
    this.#epoch = randomUUID()
    this.#versions.clear()
  }
}
