import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Currency } from '../../../server/src/vocabulary.ts'
import { type ApiProblem, call, toProblem } from '../call.ts'
import { writeNumber } from '../numbers.ts'
import { writePercent } from '../percent.ts'
import type { ProblemForm } from '../ui/form.tsx'
import type { OrderForm, TypedLine } from './typed-order.ts'

interface AskedPrice {
  asking: boolean
  /** Why the price could not be read. */
  problem: ApiProblem | undefined
  again: () => void
}

/**
 * Fills in price, tax and unit of a line's product while they are asked for. The question belongs to the product: an
 * answer about another one, chosen before, is never used, nor one that comes after a person has typed a price.
 */
export function usePrice(
  { form }: ProblemForm<OrderForm>,
  index: number,
  line: TypedLine,
  currency: Currency,
): AskedPrice {
  const id = Number(line.product_id?.value)
  const asked = line.price === 'asked' && line.product_id !== null
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['price', id],
    queryFn: ({ signal }) => call('GET /api/products/:id', { params: { id }, signal }),
    enabled: asked,
    // A price is asked for anew each time.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
  useEffect(() => {
    const now = form.getValues(`items.${index}`)
    if (!asked || !data || isFetching) return
    if (now?.price !== 'asked' || now.product_id?.value !== String(data.id)) return
    const isForeign = data.currency !== currency
    const set = <K extends keyof TypedLine>(name: K, value: TypedLine[K]) =>
      // The value is that of the named field.
      form.setValue(`items.${index}.${name}`, value as never, { shouldDirty: true })
    set('price', 'product')
    set('unit', data.unit)
    set('quantity_digits', data.quantity_digits)
    set('tax_rate', writePercent(data.tax_rate))
    set('unit_price', isForeign ? '' : writeNumber(data.unit_price))
    set(
      'price_note',
      isForeign ? `“${data.product_name}” is priced in ${data.currency}. Enter a price in ${currency}.` : '',
    )
    form.clearErrors(`items.${index}.unit_price`)
  }, [asked, data, isFetching, form, index, currency])
  return {
    asking: asked && isFetching,
    problem: asked && error && !isFetching ? toProblem(error) : undefined,
    again: () => void refetch(),
  }
}
