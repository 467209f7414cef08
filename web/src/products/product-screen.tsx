import { formatMoney } from '../format.ts'
import { paths } from '../paths.ts'
import { RecordScreen } from '../records/record-screen.tsx'
import { preloadRecord } from '../records/use-record.ts'
import type { Address } from '../screen-route.tsx'
import { joined } from '../ui/joined.ts'
import { productFields, productSource } from './product.ts'

const fields = Object.values(productFields)
const list = { title: 'Products', href: paths.products() }

export function preload({ id }: Address): void {
  preloadRecord(productSource, id)
}

export default function ProductScreen() {
  return (
    <RecordScreen
      source={productSource}
      fields={fields}
      list={list}
      subtitle={({ category, sku }) => joined([category, sku])}
      tabs={({ unit_price, currency, description }) => [
        {
          value: 'about',
          label: 'About',
          panel: (
            <div className="flex flex-col gap-3">
              <p className="text-figure font-semibold tabular-nums">{formatMoney(unit_price, currency)}</p>
              <p className="whitespace-pre-wrap">{description ?? 'No description yet.'}</p>
            </div>
          ),
        },
      ]}
    />
  )
}
