import type { Cell } from '../../db/copy.ts'
import type { InteractionKind } from '../../vocabulary.ts'
import { dayOf, timestampText } from '../draw/calendar.ts'
import { type Template, templates } from '../draw/conversations.ts'
import { cityOf } from '../draw/geography.ts'
import { firstNames } from '../draw/people.ts'
import { type Random, stream, weighted } from '../draw/random.ts'
import type { DemoWorkspace } from '../load/workspace.ts'
import type { TableRows } from './rows.ts'

const TRASHED_SHARE = 0.001
const OTHER_REPRESENTATIVE_SHARE = 0.08
const drawKind = weighted<InteractionKind>([
  ['email', 46],
  ['call', 30],
  ['note', 13],
  ['meeting', 11],
])
const drawCallMinutes = weighted<number>([
  [1, 12],
  [2, 14],
  [3, 12],
  [5, 20],
  [8, 12],
  [12, 10],
  [20, 9],
  [30, 7],
  [45, 4],
])
const drawMeetingMinutes = weighted<number>([
  [30, 35],
  [45, 15],
  [60, 32],
  [90, 12],
  [120, 4],
  [240, 2],
])
const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'the end of the week',
  'the 15th',
  'next month',
]
const things = [
  'laptop',
  'desk chair',
  'label printer',
  'monitor',
  'coffee machine',
  'sit-stand desk',
  'headset',
  'switch',
  'desk lamp',
]

/** A text cut at its placeholders: even parts are text, odd parts the names of what is filled in. */
type Parts = readonly string[]

const cut: Record<InteractionKind, readonly (readonly [subject: Parts, body: Parts])[]> = {
  call: templates.call.map(cutTemplate),
  email: templates.email.map(cutTemplate),
  meeting: templates.meeting.map(cutTemplate),
  note: templates.note.map(cutTemplate),
}

function cutTemplate([subject, body]: Template): readonly [Parts, Parts] {
  return [subject.split(/[{}]/), body.split(/[{}]/)]
}

export const interactionRows: TableRows = {
  columns: [
    'workspace_id',
    'id',
    'kind',
    'customer_id',
    'company_id',
    'sales_rep_id',
    'occurred_at',
    'duration_minutes',
    'subject',
    'body',
    'created_at',
    'updated_at',
    'deleted_at',
  ],
  *rows(workspace) {
    for (let i = 0; i < workspace.counts.interactions; i++) yield interactionRow(workspace, i)
  },
}

function interactionRow(workspace: DemoWorkspace, i: number): Cell[] {
  const { id, firstIds, counts, customers, timeline } = workspace
  const random = workspace.random.at(stream.interaction, i)
  const moment = timeline.interactions((i + 0.5) / counts.interactions)
  const customer = customers.contacts.sample(random, Math.max(1, customers.before[dayOf(moment)] ?? 1))
  const company = customers.companies[customer] ?? -1
  const own = customers.representatives[customer] ?? -1
  const representative =
    own < 0 || random.chance(OTHER_REPRESENTATIVE_SHARE) ? random.int(0, counts.representatives - 1) : own
  const kind = drawKind(random)
  const [subject, body] = random.pick(cut[kind])
  const product = random.pick(things)
  const occurred = timestampText(timeline.calendar, moment)
  return [
    id,
    firstIds.interactions + i,
    kind,
    firstIds.customers + customer,
    company < 0 ? null : firstIds.companies + company,
    firstIds.sales_representatives + representative,
    occurred,
    minutesOf(random, kind),
    filled(random, workspace, customer, product, subject),
    filled(random, workspace, customer, product, body) || null,
    occurred,
    occurred,
    random.chance(TRASHED_SHARE) ? occurred : null,
  ]
}

function minutesOf(random: Random, kind: InteractionKind): number | null {
  if (kind === 'call') return drawCallMinutes(random)
  return kind === 'meeting' ? drawMeetingMinutes(random) : null
}

function filled(
  random: Random,
  workspace: DemoWorkspace,
  customer: number,
  product: string,
  parts: Parts,
): string {
  let text = parts[0] ?? ''
  for (let i = 1; i < parts.length; i += 2)
    text += word(random, workspace, customer, product, parts[i] ?? '') + (parts[i + 1] ?? '')
  return text
}

function word(
  random: Random,
  { customers, companies, currency }: DemoWorkspace,
  customer: number,
  product: string,
  name: string,
): string {
  switch (name) {
    case 'first':
      return firstNames[customers.firstNameIds[customer] ?? 0] ?? ''
    case 'company':
      return companies.names[customers.companies[customer] ?? -1] ?? 'the family business'
    case 'city':
      return cityOf(customers.cityIds[customer] ?? 0).name
    case 'product':
      return product
    case 'amount':
      return `${random.int(2, 90) * 250} ${currency}`
    default:
      return random.pick(weekdays)
  }
}
