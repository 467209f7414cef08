import { useInfiniteQuery } from '@tanstack/react-query'
import { call, toProblem } from '../call.ts'
import { formatCalendarDay, formatMoney } from '../format.ts'
import { paths, recordPath } from '../paths.ts'
import { useMay } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Link } from '../ui/link.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Tag } from '../ui/tag.tsx'
import { orderStatusOptions } from '../vocabulary.ts'

const PAGE_SIZE = 25
const FIELDS = 'order_number,order_date,status,total_amount,currency'

type Owner = { customer_id: number } | { company_id: number } | { sales_rep_id: number }

/** The orders of a customer, company or representative, newest first. */
export function OrdersOf({ owner, emptySentence }: { owner: Owner; emptySentence: string }) {
  const mayWrite = useMay('records:write')
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['orders-of', owner],
    queryFn: ({ pageParam, signal }) =>
      call('GET /api/orders', {
        query: { ...owner, limit: PAGE_SIZE, fields: FIELDS, after: pageParam, count: 'none' },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })
  if (error && !data) return <ProblemNote problem={toProblem(error)} onRetry={() => void refetch()} />
  const orders = data?.pages.flatMap((page) => page.items) ?? []
  const create = mayWrite && 'customer_id' in owner && (
    <Link
      href={paths.newOrder({ customer_id: String(owner.customer_id) })}
      className="inline-flex h-7 items-center gap-1.5 self-start rounded-control border border-line bg-raised px-2.5 font-medium hover:bg-hover"
    >
      New order
    </Link>
  )
  if (data && orders.length === 0) return <EmptyState sentence={emptySentence}>{create}</EmptyState>
  return (
    <div className="flex flex-col gap-4">
      {create}
      <table className="w-full border-collapse">
        <thead>
          <tr className="h-9 border-b border-line text-left text-label text-muted">
            <th className="font-medium">Order</th>
            <th className="font-medium">Date</th>
            <th className="font-medium">Status</th>
            <th className="text-right font-medium">Total</th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => {
            const status = orderStatusOptions.find((option) => option.value === order.status)
            return (
              <tr key={order.id} className="h-9 border-b border-line">
                <td className="font-medium">
                  <Link href={recordPath('order', order.id)} className="hover:underline">
                    {order.order_number}
                  </Link>
                </td>
                <td>{formatCalendarDay(order.order_date)}</td>
                <td>{status && <Tag option={status} />}</td>
                <td className="text-right tabular-nums">{formatMoney(order.total_amount, order.currency)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {error && <ProblemNote problem={toProblem(error)} onRetry={() => void fetchNextPage()} />}
      {hasNextPage && (
        <Button className="self-center" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Load older
        </Button>
      )}
    </div>
  )
}
