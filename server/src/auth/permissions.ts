import type { Permission, Role } from '../vocabulary.ts'

const reads: Permission[] = ['records:read']
const sells: Permission[] = [...reads, 'records:write']
const manages: Permission[] = [...sells, 'catalogue:write', 'team:write', 'import:run']
const administers: Permission[] = [
  ...manages,
  'members:write',
  'workspace:write',
  'trash:purge',
  'jobs:manage',
]

const permissionsByRole: Record<Role, ReadonlySet<Permission>> = {
  read_only: new Set(reads),
  representative: new Set(sells),
  manager: new Set(manages),
  admin: new Set(administers),
  owner: new Set(administers),
}

/** Whether a role may do a thing: the one table of rights, used by every route and by the web app. */
export function may(role: Role, permission: Permission): boolean {
  return permissionsByRole[role].has(permission)
}
