import type { salesRepresentativeList } from '../../../server/src/sales-representatives/schema.ts'
import { type Column, columnOf } from '../grid/column.tsx'
import type { FilterField } from '../lists/filters.ts'
import type { ListDefinition } from '../lists/list-definition.ts'
import { ListScreen } from '../lists/list-screen.tsx'
import { preloadList } from '../lists/use-list-store.ts'
import { nameCell } from '../records/name-cell.tsx'
import type { Address } from '../screen-route.tsx'
import { joined } from '../ui/joined.ts'
import { createRepresentative } from './create.ts'
import {
  representativeFields as fields,
  type Representative,
  representativeSource,
} from './representative.ts'

const columns: Column<Representative>[] = [
  {
    key: 'name',
    title: 'Representative',
    width: 240,
    fields: ['first_name', 'last_name'],
    sort: 'last_name',
    render: (row) => nameCell(representativeSource, row),
  },
  columnOf(fields.title, { width: 180 }),
  columnOf(fields.region, { width: 200 }),
  columnOf(fields.manager_id, { width: 170 }),
  columnOf(fields.email, { width: 230 }),
  columnOf(fields.phone, { width: 150 }),
  columnOf(fields.active, { width: 100 }),
  columnOf(fields.created_at, { width: 120, sort: 'created_at' }),
  columnOf(fields.updated_at, { hidden: true }),
]

const filters: FilterField<keyof typeof salesRepresentativeList.filters>[] = [
  { name: 'last_name', label: 'Last name', kind: 'name' },
  { name: 'first_name', label: 'First name', kind: 'name' },
  { name: 'region', label: 'Region', kind: 'choice' },
  { name: 'manager_id', label: 'Manager', kind: 'reference', record: 'sales_representative' },
  { name: 'email', label: 'Email', kind: 'text' },
  { name: 'active', label: 'Active', kind: 'boolean' },
  { name: 'created_at', label: 'Created', kind: 'time' },
]

const definition: ListDefinition<Representative> = {
  source: representativeSource,
  title: 'Representatives',
  columns,
  filters,
  defaultSort: 'last_name',
  route: 'GET /api/sales-representatives',
  secondLine: {
    fields: ['title', 'region'],
    text: (row) => joined([row.title, row.region]),
  },
  create: { label: 'New representative', open: createRepresentative },
  emptySentence: 'No representatives yet: create the first one to assign customers and orders.',
}

export function preload({ search }: Address): void {
  preloadList(definition, search)
}

export default function RepresentativesScreen() {
  return <ListScreen definition={definition} />
}
