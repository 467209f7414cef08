import { ArrowDown, ArrowUp, SlidersHorizontal } from 'lucide-react'
import type { ColumnLayout } from '../grid/use-column-layout.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Popover } from '../ui/popover.tsx'

/** Which columns a list shows and in which order; kept in this browser. */
export function DisplayButton<Row>({ layout }: { layout: ColumnLayout<Row> }) {
  return (
    <Popover label="Columns" align="end" panel={() => <Columns layout={layout} />}>
      {(trigger) => (
        <Button look="quiet" icon={SlidersHorizontal} {...trigger}>
          Display
        </Button>
      )}
    </Popover>
  )
}

function Columns<Row>({ layout }: { layout: ColumnLayout<Row> }) {
  const [, ...optional] = layout.all
  return (
    <div className="w-64 p-1">
      <ul>
        {optional.map((column, index) => (
          <li key={column.key} className="flex h-7 items-center gap-2 px-1">
            <label className="flex min-w-0 flex-1 cursor-pointer items-center gap-2">
              <input
                type="checkbox"
                checked={layout.shown.some((shown) => shown.key === column.key)}
                onChange={(event) => layout.setHidden(column.key, !event.target.checked)}
              />
              <span className="truncate">{column.title}</span>
            </label>
            <IconButton
              icon={ArrowUp}
              label={`Move ${column.title} up`}
              disabled={index === 0}
              onClick={() => layout.move(column.key, -1)}
              small
            />
            <IconButton
              icon={ArrowDown}
              label={`Move ${column.title} down`}
              disabled={index === optional.length - 1}
              onClick={() => layout.move(column.key, 1)}
              small
            />
          </li>
        ))}
      </ul>
      <Button look="quiet" className="mt-1 w-full" onClick={layout.reset}>
        Back to the usual columns
      </Button>
    </div>
  )
}
