import { Mail, Phone, StickyNote } from 'lucide-react'
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
import { useShortcuts } from '../ui/keys.ts'
import { trashWords } from '../ui/trash-mark.tsx'
import { customerFields, customerSource, furtherFields } from './customer.ts'
import { FurtherContacts } from './further-contacts.tsx'

const fields = Object.values(customerFields)
const fieldWords = { ...customerFields, ...furtherFields }
const list = { title: 'Customers', href: paths.customers() }
const editKeys = { s: 'lifecycle_stage', a: 'assigned_sales_rep_id' } as const

export function preload({ id }: Address): void {
  preloadRecord(customerSource, id)
}

export default function CustomerScreen() {
  const composer = useRef<ComposerControl>(null)
  const mayWrite = useMay('records:write')
  const write = (kind: 'note' | 'email' | 'call') => () => composer.current?.begin(kind)
  useShortcuts(
    mayWrite
      ? [
          { keys: 'n', label: 'Write a note', group: 'Record', run: write('note') },
          { keys: 'e', label: 'Log an email', group: 'Record', run: write('email') },
        ]
      : [],
  )
  return (
    <RecordScreen
      source={customerSource}
      fields={fields}
      list={list}
      editKeys={editKeys}
      subtitle={({ job_title, company_name, company_in_trash }) =>
        joined([job_title, trashWords(company_name, company_in_trash)])
      }
      actions={() =>
        mayWrite && (
          <>
            <Button icon={Mail} onClick={write('email')}>
              Email
            </Button>
            <Button icon={Phone} onClick={write('call')}>
              Call
            </Button>
            <Button icon={StickyNote} onClick={write('note')}>
              Note
            </Button>
          </>
        )
      }
      beside={(customer, canEdit) => <FurtherContacts customer={customer} canEdit={canEdit} />}
      tabs={({ id, deleted_at }) => {
        const canEdit = mayWrite && deleted_at === null
        return [
          {
            value: 'activity',
            label: 'Activity',
            panel: (
              <Timeline
                object="customers"
                id={id}
                fields={fieldWords}
                canEdit={canEdit}
                composer={canEdit && <Composer object="customers" id={id} control={composer} />}
              />
            ),
          },
          {
            value: 'orders',
            label: 'Orders',
            panel: <OrdersOf owner={{ customer_id: id }} emptySentence="No orders from this customer yet." />,
          },
        ]
      }}
    />
  )
}
