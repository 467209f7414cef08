import type { companyList } from '../../../server/src/companies/schema.ts'
import { type Column, columnOf } from '../grid/column.tsx'
import type { FilterField } from '../lists/filters.ts'
import type { ListDefinition } from '../lists/list-definition.ts'
import { ListScreen } from '../lists/list-screen.tsx'
import { preloadList } from '../lists/use-list-store.ts'
import { nameCell } from '../records/name-cell.tsx'
import type { Address } from '../screen-route.tsx'
import { joined } from '../ui/joined.ts'
import { type Company, companySource, companyFields as fields } from './company.ts'
import { createCompany } from './create.ts'

const columns: Column<Company>[] = [
  {
    key: 'name',
    title: 'Company',
    width: 260,
    fields: ['name'],
    sort: 'name',
    render: (row) => nameCell(companySource, row),
  },
  columnOf(fields.domain, { width: 200 }),
  columnOf(fields.industry, { width: 150 }),
  columnOf(fields.employee_count, { width: 110 }),
  columnOf(fields.phone, { width: 150 }),
  columnOf(fields.city, { width: 140 }),
  columnOf(fields.country, { width: 140 }),
  columnOf(fields.created_at, { width: 120, sort: 'created_at' }),
  columnOf(fields.address, { hidden: true }),
  columnOf(fields.region, { hidden: true }),
  columnOf(fields.postal_code, { hidden: true }),
  columnOf(fields.updated_at, { hidden: true }),
]

const filters: FilterField<keyof typeof companyList.filters>[] = [
  { name: 'name', label: 'Name', kind: 'name' },
  { name: 'domain', label: 'Domain', kind: 'text' },
  { name: 'industry', label: 'Industry', kind: 'choice' },
  { name: 'city', label: 'City', kind: 'choice' },
  { name: 'country', label: 'Country', kind: 'choice' },
  { name: 'created_at', label: 'Created', kind: 'time' },
]

const definition: ListDefinition<Company> = {
  source: companySource,
  title: 'Companies',
  columns,
  filters,
  defaultSort: '-created_at',
  route: 'GET /api/companies',
  secondLine: {
    fields: ['industry', 'city'],
    text: (row) => joined([row.industry, row.city]),
  },
  create: { label: 'New company', open: createCompany },
  emptySentence: 'No companies yet: create the first one, or import them from CSV files.',
}

export function preload({ search }: Address): void {
  preloadList(definition, search)
}

export default function CompaniesScreen() {
  return <ListScreen definition={definition} />
}
