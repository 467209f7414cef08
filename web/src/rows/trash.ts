import { createElement } from 'react'
import type { RecordPath } from '../../../server/src/vocabulary.ts'
import { type ApiProblem, call, toProblem } from '../call.ts'
import { kindsWithPage, pageOf } from '../kinds.ts'
import { paths } from '../paths.ts'
import { queryClient } from '../query-client.ts'
import { ask } from '../ui/ask.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'
import { toast, toastProblem } from '../ui/toast.ts'
import { refreshLists } from './stores.ts'
import type { TakeOver } from './take-over.ts'

const HandOverDialog = lazyDialog(() => import('./hand-over-dialog.tsx'))
const Confirm = lazyDialog(() => import('../ui/confirm.tsx'))

/** Records of one kind that are deleted or restored together. */
export interface Together {
  kind: RecordPath
  ids: number[]
  /** "Ann Lee", or "3 customers". */
  named: string
}

type Go = (href: string) => unknown

/** Deleting and restoring move what points at the records too, so every list and page may look different. */
export function refreshAfterTrash(): void {
  for (const kind of kindsWithPage) refreshLists(pageOf(kind).name)
  for (const key of ['record', 'trash', 'timeline', 'orders-of', 'name']) {
    void queryClient.invalidateQueries({ queryKey: [key] })
  }
}

/**
 * Moves records to the trash and offers to take them back; asks who takes over what points at them. False if that failed
 * or the person thought better of it: then they are all still there.
 */
export async function removeRecords(records: Together, go: Go): Promise<boolean> {
  const { kind, ids, named } = records
  try {
    await call('POST /api/trash/:kind', { params: { kind }, body: { ids } })
  } catch (error) {
    const problem = toProblem(error)
    const done = problem.type === 'in-use' ? await handOver(records, problem) : await failed(problem)
    if (!done) return false
  }
  refreshAfterTrash()
  void toast(`${named} deleted`, {
    undo: () => restoreRecords(records),
    link: { label: 'Trash', go: () => go(paths.trash({ kind })) },
  })
  return true
}

async function failed(problem: ApiProblem): Promise<false> {
  await toastProblem(problem)
  return false
}

/** The dialog does the work, so that what is refused is said in it. */
function handOver({ kind, ids, named }: Together, { references }: ApiProblem): Promise<boolean> {
  return ask<boolean>((onDone) =>
    createElement(HandOverDialog, {
      kind,
      ids,
      named,
      references,
      onDelete: async (take_over: TakeOver) => {
        await call('POST /api/trash/:kind', { params: { kind }, body: { ids, take_over } })
        onDone(true)
      },
      onClose: () => onDone(false),
    }),
  )
}

/**
 * Takes records out of the trash. Where another has their email, SKU or number by now it asks whether to do without.
 * False if nothing was restored.
 */
export async function restoreRecords({ kind, ids, named }: Together): Promise<boolean> {
  const restore = (duplicates?: 'drop') =>
    call('POST /api/trash/:kind/restore', { params: { kind }, body: { ids, duplicates } })
  try {
    await restore()
  } catch (error) {
    const problem = toProblem(error)
    if (problem.type !== 'duplicate') return failed(problem)
    const sure = await ask<boolean>((answer) =>
      createElement(Confirm, {
        title: `Restore ${named}?`,
        detail: `${problem.errors[0]?.message ?? problem.message} ${without(kind)}`,
        action: kind === 'orders' ? 'Restore with a new number' : 'Restore without it',
        onConfirm: () => answer(true),
        onCancel: () => answer(false),
      }),
    )
    if (!sure) return false
    try {
      await restore('drop')
    } catch (again) {
      return failed(toProblem(again))
    }
  }
  refreshAfterTrash()
  return true
}

function without(kind: RecordPath): string {
  if (kind === 'orders') return 'It can come back with a new one.'
  return 'It can come back without it; everything else stays as it was.'
}
