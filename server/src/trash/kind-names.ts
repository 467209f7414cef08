/** What can be in the trash, as addresses name it. Imports nothing, so that the web app can have it too. */
export const trashKindNames = [
  'customers',
  'companies',
  'orders',
  'products',
  'sales-representatives',
  'interactions',
] as const
export type TrashKindName = (typeof trashKindNames)[number]
