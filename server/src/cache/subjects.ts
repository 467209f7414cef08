/** What answers are made of, in the grain in which they go out of date. */
export const subjects = [
  'customers',
  'companies',
  'sales_representatives',
  'products',
  'orders',
  'interactions',
  'workspace',
] as const
export type Subject = (typeof subjects)[number]
