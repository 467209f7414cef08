/**
 * The product's fixed words, each list written once. The database has a CHECK for every one of them,
 * the route schemas build their enums from them and the web app imports them, so this file imports nothing.
 */
export const roles = ['owner', 'admin', 'manager', 'representative', 'read_only'] as const
export type Role = (typeof roles)[number]

export const lifecycleStages = ['lead', 'prospect', 'customer', 'churned'] as const
export type LifecycleStage = (typeof lifecycleStages)[number]

export const orderStatuses = ['draft', 'confirmed', 'shipped', 'completed', 'cancelled'] as const
export type OrderStatus = (typeof orderStatuses)[number]

export const interactionKinds = ['call', 'email', 'meeting', 'note'] as const
export type InteractionKind = (typeof interactionKinds)[number]

/** ISO 4217 codes that Rapport sells in, with the digits after the point in their minor unit. */
export const currencyDigits = {
  EUR: 2,
  USD: 2,
  GBP: 2,
  CHF: 2,
  SEK: 2,
  NOK: 2,
  DKK: 2,
  PLN: 2,
  CZK: 2,
  CAD: 2,
  AUD: 2,
  BRL: 2,
  INR: 2,
  CNY: 2,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  BHD: 3,
} as const
export type Currency = keyof typeof currencyDigits
export const currencies = Object.keys(currencyDigits) as Currency[] // The keys are those of the object.

/** What a member may be allowed to do. `auth/permissions.ts` says which role may do which. */
export const permissions = [
  'records:read',
  'records:write',
  'catalogue:write',
  'team:write',
  'import:run',
  'members:write',
  'workspace:write',
  'trash:purge',
  'jobs:manage',
] as const
export type Permission = (typeof permissions)[number]
