import type { customerList } from '../../../server/src/customers/schema.ts'
import { type Column, columnOf } from '../grid/column.tsx'
import { SampleOffer } from '../imports/embed.tsx'
import type { FilterField } from '../lists/filters.ts'
import type { ListDefinition } from '../lists/list-definition.ts'
import { ListScreen } from '../lists/list-screen.tsx'
import { preloadList } from '../lists/use-list-store.ts'
import { paths } from '../paths.ts'
import { nameCell } from '../records/name-cell.tsx'
import type { Address } from '../screen-route.tsx'
import { joined } from '../ui/joined.ts'
import { trashWords } from '../ui/trash-mark.tsx'
import { stageOptions } from '../vocabulary.ts'
import { createCustomer } from './create.ts'
import { type Customer, customerFields, customerSource } from './customer.ts'

const fields = customerFields

const columns: Column<Customer>[] = [
  {
    key: 'name',
    title: 'Customer',
    width: 240,
    fields: ['first_name', 'last_name', 'email'],
    sort: 'last_name',
    render: (row) => nameCell(customerSource, row),
  },
  columnOf(fields.lifecycle_stage, { width: 120 }),
  columnOf(fields.company_id, { width: 180 }),
  columnOf(fields.assigned_sales_rep_id, { width: 150 }),
  columnOf(fields.email, { width: 230, sort: 'email' }),
  columnOf(fields.phone, { width: 150 }),
  columnOf(fields.city, { width: 130 }),
  columnOf(fields.country, { width: 130 }),
  columnOf(fields.created_at, { width: 120, sort: 'created_at' }),
  columnOf(fields.first_name, { sort: 'first_name', hidden: true }),
  columnOf(fields.last_name, { sort: 'last_name', hidden: true }),
  columnOf(fields.job_title, { hidden: true }),
  columnOf(fields.source, { hidden: true }),
  columnOf(fields.address, { hidden: true }),
  columnOf(fields.region, { hidden: true }),
  columnOf(fields.postal_code, { hidden: true }),
  columnOf(fields.updated_at, { hidden: true }),
]

const filters: FilterField<keyof typeof customerList.filters>[] = [
  { name: 'lifecycle_stage', label: 'Stage', kind: 'choice', options: stageOptions },
  {
    name: 'assigned_sales_rep_id',
    label: 'Representative',
    kind: 'reference',
    record: 'sales_representative',
  },
  { name: 'company_id', label: 'Company', kind: 'reference', record: 'company' },
  { name: 'last_name', label: 'Last name', kind: 'name' },
  { name: 'first_name', label: 'First name', kind: 'name' },
  { name: 'email', label: 'Email', kind: 'text' },
  { name: 'phone', label: 'Phone', kind: 'text' },
  { name: 'city', label: 'City', kind: 'choice' },
  { name: 'country', label: 'Country', kind: 'choice' },
  { name: 'source', label: 'Source', kind: 'choice' },
  { name: 'created_at', label: 'Created', kind: 'time' },
]

const definition: ListDefinition<Customer> = {
  source: customerSource,
  title: 'Customers',
  columns,
  filters,
  defaultSort: '-created_at',
  route: 'GET /api/customers',
  secondLine: {
    fields: ['company_name', 'company_in_trash', 'city'],
    text: (row) => joined([trashWords(row.company_name, row.company_in_trash) ?? row.email, row.city]),
  },
  create: { label: 'New customer', open: createCustomer },
  emptySentence: 'No customers yet: create the first one, or import them from CSV files.',
  emptyLink: { label: 'Import', href: paths.imports(), permission: 'import:run' },
  emptyOffer: SampleOffer,
}

export function preload({ search }: Address): void {
  preloadList(definition, search)
}

export default function CustomersScreen() {
  return <ListScreen definition={definition} />
}
