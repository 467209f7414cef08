import type { PathOf, TimelineKind } from '../../../server/src/vocabulary.ts'

/** The kinds with a timeline, as addresses of the API name them. */
export type TimelineObject = PathOf<TimelineKind>
