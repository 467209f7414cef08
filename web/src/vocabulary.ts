import type { InteractionKind, LifecycleStage, OrderStatus, Role } from '../../server/src/vocabulary.ts'
import { currencies, lifecycleStages, orderStatuses, roles } from '../../server/src/vocabulary.ts'

/** A value to choose from; `hue` gives it its own fixed tint. */
export interface Option {
  value: string
  label: string
  hue?: number
  /** A second line that tells equal labels apart. */
  detail?: string
}

const stageLabels: Record<LifecycleStage, [label: string, hue: number]> = {
  lead: ['Lead', 175],
  prospect: ['Prospect', 260],
  customer: ['Customer', 145],
  churned: ['Churned', 25],
}
const statusLabels: Record<OrderStatus, [label: string, hue: number]> = {
  draft: ['Draft', 80],
  confirmed: ['Confirmed', 260],
  shipped: ['Shipped', 300],
  completed: ['Completed', 145],
  cancelled: ['Cancelled', 25],
}
const roleLabels: Record<Role, string> = {
  owner: 'Owner',
  admin: 'Admin',
  manager: 'Manager',
  representative: 'Representative',
  read_only: 'Read-only',
}
export const interactionKindLabels: Record<InteractionKind, string> = {
  call: 'Call',
  email: 'Email',
  meeting: 'Meeting',
  note: 'Note',
}

function hued<T extends string>(values: readonly T[], labels: Record<T, [string, number]>): Option[] {
  return values.map((value) => ({ value, label: labels[value][0], hue: labels[value][1] }))
}

export const stageOptions = hued(lifecycleStages, stageLabels)
export const orderStatusOptions = hued(orderStatuses, statusLabels)
export const roleOptions: Option[] = roles.map((value) => ({ value, label: roleLabels[value] }))

export const currencyOptions: Option[] = currencies.map((code) => ({ value: code, label: code }))

export function labelOf(options: readonly Option[], value: string): string {
  return options.find((option) => option.value === value)?.label ?? value
}
