import {
  Calendar,
  Ellipsis,
  type LucideIcon,
  Mail,
  Package,
  PenLine,
  Phone,
  StickyNote,
  Trash2,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { Response } from '../../../server/src/api.ts'
import type { InteractionKind } from '../../../server/src/vocabulary.ts'
import { call, toProblem } from '../call.ts'
import { formatAgo, formatCalendarDay, formatDecimal, formatMoment, formatMoney } from '../format.ts'
import { recordPath } from '../paths.ts'
import { queryClient } from '../query-client.ts'
import { IconButton } from '../ui/button.tsx'
import { Link } from '../ui/link.tsx'
import { Menu } from '../ui/menu.tsx'
import { Tag } from '../ui/tag.tsx'
import { toast, toastProblem } from '../ui/toast.ts'
import { interactionKindLabels, type Option, orderStatusOptions } from '../vocabulary.ts'
import type { TimelineObject } from './timeline-object.ts'

export type Entry = Response<'GET /api/customers/:id/timeline'>['items'][number]
export type FieldWords = Record<string, { label: string; options?: unknown; kind: string }>

const kindLooks: Record<InteractionKind, [icon: LucideIcon, done: string]> = {
  call: [Phone, 'logged a call'],
  email: [Mail, 'sent an email'],
  meeting: [Calendar, 'held a meeting'],
  note: [StickyNote, 'added a note'],
}

interface TimelineEntriesProps {
  object: TimelineObject
  recordId: number
  entries: Entry[]
  fields: FieldWords
  canEdit: boolean
}

export function TimelineEntries({ object, recordId, entries, fields, canEdit }: TimelineEntriesProps) {
  return (
    <ol className="flex flex-col">
      {grouped(entries).map((group) => {
        const [first] = group
        if (!first) return null
        const key = `${first.kind} ${first.id}`
        const shown: Record<Entry['kind'], () => ReactNode> = {
          interaction: () => (
            <InteractionEntry key={key} entry={first} object={object} recordId={recordId} canEdit={canEdit} />
          ),
          order: () => <OrderEntry key={key} entry={first} />,
          change: () => <ChangeEntries key={key} entries={group} fields={fields} />,
        }
        return shown[first.kind]()
      })}
    </ol>
  )
}

/** Changes in a row become one entry; everything else stands alone. */
function grouped(entries: Entry[]): Entry[][] {
  const groups: Entry[][] = []
  for (const entry of entries) {
    const last = groups.at(-1)
    if (entry.kind === 'change' && last?.[0]?.kind === 'change') last.push(entry)
    else groups.push([entry])
  }
  return groups
}

interface FrameProps {
  icon: LucideIcon
  by: string | null
  did: ReactNode
  at: string
  /** It has a day and no time. */
  day?: string
  menu?: ReactNode
  children?: ReactNode
}

/** Icon on the line, one sentence, and what belongs to it below. */
function Frame({ icon: Icon, by, did, at, day, menu, children }: FrameProps) {
  return (
    <li className="group/entry relative flex gap-3 pb-5 before:absolute before:top-6 before:bottom-0 before:left-3 before:w-px before:bg-line last:before:hidden">
      <span className="relative flex size-6 flex-none items-center justify-center rounded-full border border-line bg-bg text-muted">
        <Icon size={12} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex min-h-6 items-center gap-1 text-muted">
          <p className="min-w-0 flex-1">
            {by && (
              <>
                <bdi className="font-medium text-text">{by}</bdi>{' '}
              </>
            )}
            {did}
            {' · '}
            {day ? (
              <time dateTime={day}>{formatCalendarDay(day)}</time>
            ) : (
              <time dateTime={at} title={formatMoment(at)}>
                {formatAgo(at)}
              </time>
            )}
          </p>
          {menu}
        </div>
        {children}
      </div>
    </li>
  )
}

interface InteractionEntryProps {
  entry: Entry
  object: TimelineObject
  recordId: number
  canEdit: boolean
}

function InteractionEntry({ entry, object, recordId, canEdit }: InteractionEntryProps) {
  const { interaction } = entry
  if (!interaction) return null
  const [icon, done] = kindLooks[interaction.kind]
  const duration = interaction.duration_minutes ? ` of ${interaction.duration_minutes} min` : ''
  const elsewhere = object === 'companies' && interaction.customer_name
  const reload = () => queryClient.invalidateQueries({ queryKey: ['timeline', object, recordId] })
  const params = { id: entry.id }
  const remove = async () => {
    try {
      await call('DELETE /api/interactions/:id', { params })
      await reload()
      await toast(`The ${interaction.kind} was deleted`, {
        undo: async () => {
          await call('POST /api/interactions/:id/restore', { params }).catch((error) =>
            toastProblem(toProblem(error)),
          )
          await reload()
        },
      })
    } catch (error) {
      await toastProblem(toProblem(error))
    }
  }
  const menu = canEdit && (
    <Menu
      align="end"
      entries={[
        { label: `Delete this ${interaction.kind}`, icon: Trash2, danger: true, run: () => void remove() },
      ]}
    >
      {(trigger) => (
        <IconButton
          icon={Ellipsis}
          label={`Actions for the ${interaction.kind} of ${formatMoment(entry.at)}`}
          {...trigger}
          small
          className="wide:not-pointer-coarse:opacity-0 wide:group-hover/entry:opacity-100 wide:focus-visible:opacity-100 aria-expanded:opacity-100!"
        />
      )}
    </Menu>
  )
  return (
    <Frame
      icon={icon}
      by={entry.by}
      did={
        <>
          {entry.by ? done : interactionKindLabels[interaction.kind]}
          {duration}
          {elsewhere && ` with ${elsewhere}`}
        </>
      }
      at={entry.at}
      menu={menu}
    >
      {(interaction.subject || interaction.body) && (
        <div className="mt-1 rounded-card border border-line px-3 py-2 wrap-anywhere whitespace-pre-wrap">
          {interaction.subject && (
            <p dir="auto" className="font-medium">
              {interaction.subject}
            </p>
          )}
          <p dir="auto">{interaction.body}</p>
        </div>
      )}
    </Frame>
  )
}

function OrderEntry({ entry }: { entry: Entry }) {
  const { order } = entry
  if (!order) return null
  const href = recordPath('order', entry.id)
  const status = orderStatusOptions.find((option) => option.value === order.status)
  const number = `Order ${order.order_number}`
  return (
    <Frame
      icon={Package}
      by={null}
      did={
        <Link href={href} className="font-medium text-text hover:underline">
          {number}
        </Link>
      }
      at={entry.at}
      day={order.order_date}
    >
      <p className="mt-1 flex items-center gap-3">
        {status && <Tag option={status} />}
        <span className="tabular-nums">{formatMoney(order.total_amount, order.currency)}</span>
      </p>
    </Frame>
  )
}

const actionWords = {
  created: 'created this record',
  deleted: 'moved it to the trash',
  restored: 'restored it',
}

/** Automatic entries, folded into one line when there are several in a row. */
function ChangeEntries({ entries, fields }: { entries: Entry[]; fields: FieldWords }) {
  const [first] = entries
  if (!first) return null
  if (entries.length === 1) {
    return (
      <Frame icon={PenLine} by={first.by} did={<ChangeWords entry={first} fields={fields} />} at={first.at} />
    )
  }
  return (
    <Frame icon={PenLine} by={null} did={`${entries.length} changes`} at={first.at}>
      <details className="mt-1">
        <summary className="w-fit cursor-pointer rounded-control text-muted hover:text-text">
          Show them
        </summary>
        <ul className="mt-2 flex flex-col gap-1.5">
          {entries.map((entry) => (
            <li key={entry.id} className="text-muted">
              <span className="font-medium text-text">{entry.by ?? 'Rapport'}</span>{' '}
              <ChangeWords entry={entry} fields={fields} /> · {formatAgo(entry.at)}
            </li>
          ))}
        </ul>
      </details>
    </Frame>
  )
}

function ChangeWords({ entry: { change }, fields }: { entry: Entry; fields: FieldWords }) {
  if (!change) return null
  if (change.action !== 'updated') return actionWords[change.action]
  return change.fields.map(({ field, from, to }, index) => {
    const known = fields[field]
    const label = known?.label ?? field
    // Ids of other records say nothing to people, and long texts too much.
    const silent = known?.kind === 'record' || known?.kind === 'long_text'
    return (
      <span key={field}>
        {index > 0 && ', '}
        changed {label}
        {!silent && from && ` from ${worded(known, from)}`}
        {!silent && ` to ${to ? worded(known, to) : 'nothing'}`}
      </span>
    )
  })
}

/** A value as its field shows it. */
function worded(known: FieldWords[string] | undefined, value: string): string {
  switch (known?.kind) {
    case 'moment':
      return formatMoment(value)
    case 'day':
      return formatCalendarDay(value)
    case 'number':
    case 'money':
      return formatDecimal(value)
    case 'boolean':
      return value === 'true' ? 'yes' : 'no'
  }
  const { options } = known ?? {}
  const option: Option | undefined = Array.isArray(options)
    ? options.find((each: Option) => each.value === value)
    : undefined
  return option?.label ?? value
}
