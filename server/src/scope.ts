import type { Role } from './vocabulary.ts'

/** Whose data a statement may touch. Every query function on business data takes one as its second argument. */
export interface Scope {
  readonly workspaceId: number
  readonly userId: string
  readonly role: Role
}
