import { createElement } from 'react'
import { toProblem } from '../call.ts'
import { formatCalendarDay, formatDecimal, formatMoney } from '../format.ts'
import { paths } from '../paths.ts'
import { writePercent } from '../percent.ts'
import { RecordScreen } from '../records/record-screen.tsx'
import { preloadRecord } from '../records/use-record.ts'
import type { Address } from '../screen-route.tsx'
import { useMay } from '../session/session.ts'
import { ask } from '../ui/ask.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { joined } from '../ui/joined.ts'
import { lazyDialog } from '../ui/lazy-dialog.tsx'
import { Link } from '../ui/link.tsx'
import { toastProblem } from '../ui/toast.ts'
import { TrashMark, trashWords } from '../ui/trash-mark.tsx'
import { partsOf } from './amount-lines.tsx'
import { type Order, orderFields, orderSource } from './order.ts'

const EditLinesDialog = lazyDialog(() => import('./edit-lines-dialog.tsx'))

const fields = Object.values(orderFields)
const list = { title: 'Orders', href: paths.orders() }
const editKeys = { s: 'status' } as const

function editLines(order: Order): Promise<void> {
  return ask((onClose) => createElement(EditLinesDialog, { order, onClose: () => onClose(undefined) }))
}

async function print(order: Order): Promise<void> {
  try {
    const { printOrder } = await import('./print-order.tsx')
    await printOrder(order)
  } catch (error) {
    await toastProblem(toProblem(error))
  }
}

export function preload({ id }: Address): void {
  preloadRecord(orderSource, id)
}

export default function OrderScreen() {
  const mayWrite = useMay('records:write')
  return (
    <RecordScreen
      source={orderSource}
      fields={fields}
      list={list}
      editKeys={editKeys}
      subtitle={({ customer_name, customer_in_trash, order_date }) =>
        joined([trashWords(customer_name, customer_in_trash), formatCalendarDay(order_date)])
      }
      print={(order) => void print(order)}
      actions={(order) => (
        <>
          {mayWrite && order.deleted_at === null && (
            <Button onClick={() => void editLines(order)}>Edit lines</Button>
          )}
          <Button onClick={() => void print(order)}>Print</Button>
        </>
      )}
      tabs={(order) => [{ value: 'items', label: 'Items', panel: <Items order={order} /> }]}
    />
  )
}

function Items({ order }: { order: Order }) {
  if (order.items.length === 0) return <EmptyState sentence="This order has no lines." />
  return (
    <table className="w-full border-collapse [&_td+td]:pl-3 [&_td+td]:whitespace-nowrap [&_th+th]:pl-3">
      <thead>
        <tr className="h-9 border-b border-line text-label text-muted">
          <th className="text-left font-medium">Product</th>
          <th className="text-right font-medium">Quantity</th>
          <th className="hidden text-right font-medium wide:table-cell">Price</th>
          <th className="hidden text-right font-medium wide:table-cell">Discount</th>
          <th className="hidden text-right font-medium wide:table-cell">Tax</th>
          <th className="text-right font-medium">Total</th>
        </tr>
      </thead>
      <tbody className="tabular-nums">
        {order.items.map((item) => (
          <tr key={item.id} className="h-9 border-b border-line">
            <td dir="auto" className="py-2 pr-3">
              <Link href={paths.product(item.product_id)} className="hover:underline">
                {item.product_name}
              </Link>
              {item.product_in_trash && (
                <>
                  {' '}
                  <TrashMark />
                </>
              )}
            </td>
            <td className="text-right">
              {formatDecimal(item.quantity)}
              {item.unit !== 'piece' && ` ${item.unit}`}
            </td>
            <td className="hidden text-right wide:table-cell">
              {formatMoney(item.unit_price, order.currency)}
            </td>
            <td className="hidden text-right wide:table-cell">
              {writePercent(item.discount) && `${writePercent(item.discount)} %`}
            </td>
            <td className="hidden text-right wide:table-cell">
              {writePercent(item.tax_rate) && `${writePercent(item.tax_rate)} %`}
            </td>
            <td className="text-right">{formatMoney(item.line_total, order.currency)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot className="tabular-nums">
        {partsOf(order, order.currency).map(([label, amount]) => (
          <tr key={label} className="h-7 text-muted">
            <td>{label}</td>
            <td colSpan={5} className="text-right">
              {formatMoney(amount, order.currency)}
            </td>
          </tr>
        ))}
        <tr className="h-11 text-page font-semibold tabular-nums">
          <td>Total</td>
          <td colSpan={5} className="text-right">
            {formatMoney(order.total_amount, order.currency)}
          </td>
        </tr>
      </tfoot>
    </table>
  )
}
