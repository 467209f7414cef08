import { type KeyboardEvent, type ReactNode, useId } from 'react'
import { classes } from './classes.ts'

export interface TabItem {
  value: string
  label: string
  panel: ReactNode
}

interface TabsProps {
  label: string
  items: TabItem[]
  value: string
  onChange: (value: string) => void
}

/** Tabs with one tab stop; arrows, Home and End move between them. */
export function Tabs({ label, items, value, onChange }: TabsProps) {
  const id = useId()
  const index = items.findIndex((item) => item.value === value)
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const last = items.length - 1
    const target = {
      ArrowRight: index === last ? 0 : index + 1,
      ArrowLeft: index === 0 ? last : index - 1,
      Home: 0,
      End: last,
    }[event.key]
    const item = target === undefined ? undefined : items[target]
    if (!item) return
    event.preventDefault()
    onChange(item.value)
    document.getElementById(`${id}-${item.value}`)?.focus()
  }
  return (
    <>
      <div
        role="tablist"
        aria-label={label}
        className="flex gap-1 border-b border-line"
        onKeyDown={onKeyDown}
      >
        {items.map((item) => (
          <button
            key={item.value}
            type="button"
            role="tab"
            id={`${id}-${item.value}`}
            aria-selected={item.value === value}
            aria-controls={item.value === value ? `${id}-panel` : undefined}
            tabIndex={item.value === value ? 0 : -1}
            onClick={() => onChange(item.value)}
            className={classes(
              '-mb-px border-b-2 px-3 py-2 font-medium',
              item.value === value
                ? 'border-accent text-text'
                : 'border-transparent text-muted hover:text-text',
            )}
          >
            {item.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className="pt-4">
        {items[index]?.panel}
      </div>
    </>
  )
}
