import { formatCalendarDay, formatDay, formatDecimal, formatMoney } from '../format.ts'
import { writePercent } from '../percent.ts'
import { SheetHeading } from '../ui/print-sheet.tsx'
import { labelOf, orderStatusOptions } from '../vocabulary.ts'
import { partsOf } from './amount-lines.tsx'
import type { Order } from './order.ts'

type Item = Order['items'][number]

/** A customer or a company, as far as a letter to them needs it. */
export interface Addressed {
  address: string | null
  postal_code: string | null
  city: string | null
  region: string | null
  country: string | null
}

/** "Order R-2026-1"; an order below zero is a credit note. */
export function documentTitle({ order_number, total_amount }: Order): string {
  return `${total_amount.startsWith('-') ? 'Credit note' : 'Order'} ${order_number}`
}

/** Lines that stay with the total, so that it never stands alone on the last page. */
const KEPT_WITH_TOTAL = 2

interface OrderDocumentProps {
  order: Order
  workspace: string
  address: string[] | undefined
}

/** An order on paper, with the server's own figures. Notes stay in the house. */
export function OrderDocument({ order, workspace, address = [] }: OrderDocumentProps) {
  const parties = new Set([order.company_name, order.customer_name, ...address].flatMap((line) => line || []))
  return (
    <article className="sheet-order">
      <SheetHeading title={documentTitle(order)} workspace={workspace} />
      <div className="sheet-parties">
        <address className="not-italic">
          {[...parties].map((line) => (
            <p key={line} dir="auto">
              {line}
            </p>
          ))}
        </address>
        <dl>
          <dt>Date</dt>
          <dd>{formatCalendarDay(order.order_date)}</dd>
          <dt>Status</dt>
          <dd>{labelOf(orderStatusOptions, order.status)}</dd>
          <dt>Currency</dt>
          <dd>{order.currency}</dd>
          {order.deleted_at !== null && (
            <>
              <dt>In the trash since</dt>
              <dd>{formatDay(order.deleted_at)}</dd>
            </>
          )}
        </dl>
      </div>
      <Lines order={order} />
    </article>
  )
}

function Lines({ order }: { order: Order }) {
  const { items, currency } = order
  const shows = {
    // A column without a value says nothing.
    discount: items.some((item) => writePercent(item.discount) !== ''),
    tax: items.some((item) => writePercent(item.tax_rate) !== ''),
  }
  const columns = ['Quantity', 'Price', shows.discount && 'Discount', shows.tax && 'Tax', 'Net']
  const ends = columns.filter((title) => title !== false)
  const last = Math.max(0, items.length - KEPT_WITH_TOTAL)
  const line = (item: Item) => <Line key={item.id} item={item} currency={currency} shows={shows} />
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Product</th>
          {ends.map((title) => (
            <th key={title} scope="col" className="end">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{items.slice(0, last).map(line)}</tbody>
      <tbody className="sheet-last">
        {items.slice(last).map(line)}
        {[...partsOf(order, currency), ['Total', order.total_amount] as const].map(([label, amount]) => (
          <tr key={label} className="sheet-sum">
            <th scope="row" colSpan={ends.length} className="end">
              {label}
            </th>
            <td className="end">{formatMoney(amount, currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface LineProps {
  item: Item
  currency: Order['currency']
  shows: { discount: boolean; tax: boolean }
}

function Line({ item, currency, shows }: LineProps) {
  const discount = writePercent(item.discount)
  return (
    <tr>
      <td dir="auto">
        {item.product_name}
        {item.sku && <span className="aside"> {item.sku}</span>}
      </td>
      <td className="end">
        {formatDecimal(item.quantity)}
        {item.unit !== 'piece' && ` ${item.unit}`}
      </td>
      <td className="end">{formatMoney(item.unit_price, currency)}</td>
      {shows.discount && <td className="end">{discount && `${discount} %`}</td>}
      {shows.tax && <td className="end">{writePercent(item.tax_rate) || '0'} %</td>}
      <td className="end">{formatMoney(item.line_total, currency)}</td>
    </tr>
  )
}
