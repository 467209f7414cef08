import type { ReactNode } from 'react'
import { formatCount } from '../format.ts'
import { Button } from '../ui/button.tsx'

interface BulkBarProps {
  count: number
  /** How many rows the list has, where these are but its first: "1,246", "1,000+". */
  firstOf?: string | undefined
  onClear: () => void
  /** What can be done with them. */
  children: ReactNode
}

/** Floats over a list while rows are selected. What it says is announced: the place for that is always there. */
export function BulkBar({ count, firstOf, onClear, children }: BulkBarProps) {
  const selected = firstOf
    ? `The first ${formatCount(count)} of ${firstOf} selected`
    : `${formatCount(count)} selected`
  return (
    <>
      <p role="status" className="sr-only">
        {count > 0 && selected}
      </p>
      {count > 0 && (
        <div
          role="toolbar"
          aria-label="Selected rows"
          className="absolute bottom-6 left-1/2 z-10 flex w-max max-w-[calc(100%-1rem)] -translate-x-1/2 flex-wrap items-center gap-2 rounded-card bg-raised py-2 pr-2 pl-4 shadow-popover"
        >
          <span className="mr-2 tabular-nums">{selected}</span>
          {children}
          <Button look="quiet" onClick={onClear}>
            Clear
          </Button>
        </div>
      )}
    </>
  )
}
