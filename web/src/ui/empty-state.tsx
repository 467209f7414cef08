import type { ReactNode } from 'react'

/** One sentence, one primary action, one link. */
export function EmptyState({ sentence, children }: { sentence: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-16 text-center text-muted">
      <p className="max-w-sm text-balance">{sentence}</p>
      {children && <div className="flex items-center gap-3">{children}</div>}
    </div>
  )
}
