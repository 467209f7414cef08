import { OrdersOf } from '../orders/embed.tsx'
import { paths } from '../paths.ts'
import { RecordScreen } from '../records/record-screen.tsx'
import { preloadRecord } from '../records/use-record.ts'
import type { Address } from '../screen-route.tsx'
import { joined } from '../ui/joined.ts'
import { Link } from '../ui/link.tsx'
import { representativeFields, representativeSource } from './representative.ts'

const fields = Object.values(representativeFields)
const list = { title: 'Representatives', href: paths.representatives() }

export function preload({ id }: Address): void {
  preloadRecord(representativeSource, id)
}

export default function RepresentativeScreen() {
  return (
    <RecordScreen
      source={representativeSource}
      fields={fields}
      list={list}
      subtitle={({ title, region }) => joined([title, region])}
      actions={({ id }) => (
        <Link
          href={paths.customers({ assigned_sales_rep_id: String(id) })}
          className="inline-flex h-7 items-center rounded-control border border-line bg-raised px-2.5 font-medium hover:bg-hover"
        >
          Customers
        </Link>
      )}
      tabs={({ id }) => [
        {
          value: 'orders',
          label: 'Orders',
          panel: (
            <OrdersOf owner={{ sales_rep_id: id }} emptySentence="No orders of this representative yet." />
          ),
        },
      ]}
    />
  )
}
