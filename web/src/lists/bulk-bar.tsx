import { formatCount } from '../format.ts'
import { Button } from '../ui/button.tsx'

interface BulkBarProps {
  count: number
  /** How many rows the list has, where these are but its first: "1,246", "1,000+". */
  firstOf: string | undefined
  /** Left out where the person may not delete. */
  onDelete?: () => void
  onClear: () => void
}

/** Floats over the list while rows are selected. */
export function BulkBar({ count, firstOf, onDelete, onClear }: BulkBarProps) {
  return (
    <div
      role="toolbar"
      aria-label="Selected rows"
      className="absolute bottom-6 left-1/2 z-10 flex -translate-x-1/2 items-center gap-2 rounded-card bg-raised py-2 pr-2 pl-4 shadow-popover"
    >
      <span role="status" className="mr-2 tabular-nums">
        {firstOf
          ? `The first ${formatCount(count)} of ${firstOf} selected`
          : `${formatCount(count)} selected`}
      </span>
      {onDelete && (
        <Button look="danger" onClick={onDelete}>
          Delete
        </Button>
      )}
      <Button look="quiet" onClick={onClear}>
        Clear
      </Button>
    </div>
  )
}
