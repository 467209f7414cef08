import { useRef } from 'react'
import { OrdersOf } from '../orders/embed.tsx'
import { paths } from '../paths.ts'
import { RecordScreen } from '../records/record-screen.tsx'
import { preloadRecord } from '../records/use-record.ts'
import type { Address } from '../screen-route.tsx'
import { useMay } from '../session/session.ts'
import { Composer, type ComposerControl } from '../timeline/composer.tsx'
import { Timeline } from '../timeline/timeline.tsx'
import { Button } from '../ui/button.tsx'
import { joined } from '../ui/joined.ts'
import { Link } from '../ui/link.tsx'
import { companyFields, companySource } from './company.ts'

const fields = Object.values(companyFields)
const list = { title: 'Companies', href: paths.companies() }

export function preload({ id }: Address): void {
  preloadRecord(companySource, id)
}

export default function CompanyScreen() {
  const composer = useRef<ComposerControl>(null)
  const mayWrite = useMay('records:write')
  return (
    <RecordScreen
      source={companySource}
      fields={fields}
      list={list}
      subtitle={({ domain, industry }) => joined([industry, domain])}
      actions={({ id }) => (
        <>
          <Link
            href={paths.customers({ company_id: String(id) })}
            className="inline-flex h-7 items-center rounded-control border border-line bg-raised px-2.5 font-medium hover:bg-hover"
          >
            Customers
          </Link>
          {mayWrite && <Button onClick={() => composer.current?.begin('note')}>Note</Button>}
        </>
      )}
      tabs={({ id, deleted_at }) => {
        const canEdit = mayWrite && deleted_at === null
        return [
          {
            value: 'activity',
            label: 'Activity',
            panel: (
              <Timeline
                object="companies"
                id={id}
                fields={companyFields}
                canEdit={canEdit}
                composer={canEdit && <Composer object="companies" id={id} control={composer} />}
              />
            ),
          },
          {
            value: 'orders',
            label: 'Orders',
            panel: <OrdersOf owner={{ company_id: id }} emptySentence="No orders from this company yet." />,
          },
        ]
      }}
    />
  )
}
