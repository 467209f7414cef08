import { ApiProblem, call } from '../call.ts'
import { whoIsHere } from '../session/session.ts'
import { printSheet } from '../ui/print-sheet.tsx'
import type { Order } from './order.ts'
import { type Addressed, documentTitle, OrderDocument } from './order-document.tsx'

let printing = false

/** Prints an order as the paper that its customer gets. */
export async function printOrder(order: Order): Promise<void> {
  // Ctrl-P may be held down.
  if (printing) return
  printing = true
  try {
    const [customer, company] = await Promise.all([
      order.customer_id === null
        ? undefined
        : unlessGone(call('GET /api/customers/:id', { params: { id: order.customer_id } })),
      order.company_id === null
        ? undefined
        : unlessGone(call('GET /api/companies/:id', { params: { id: order.company_id } })),
    ])
    const workspace = whoIsHere()?.workspace.name ?? ''
    await printSheet(
      `${documentTitle(order)} ${workspace}`,
      <OrderDocument
        order={order}
        workspace={workspace}
        address={addressOf(company) ?? addressOf(customer)}
      />,
    )
  } finally {
    printing = false
  }
}

/** The order keeps the name of a customer who is gone for good; their address is gone with them. */
async function unlessGone(read: Promise<Addressed>): Promise<Addressed | undefined> {
  try {
    return await read
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return undefined
    throw error
  }
}

function addressOf(of: Addressed | undefined): string[] | undefined {
  if (!of) return undefined
  const town = [of.postal_code, of.city].filter(Boolean).join(' ')
  const lines = [of.address, town, of.region, of.country].flatMap((line) => line || [])
  return lines.length > 0 ? lines : undefined
}
