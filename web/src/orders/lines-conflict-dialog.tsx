import type { Currency } from '../../../server/src/vocabulary.ts'
import { formatDecimal, formatMoney } from '../format.ts'
import { writePercent } from '../percent.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.tsx'
import { partsOf } from './amount-lines.tsx'
import type { Order } from './order.ts'
import { amountsOf, inputsOf, type OrderForm, typedOrder } from './typed-order.ts'

/** Whose lines are to stand. */
export type LinesAnswer = 'mine' | 'theirs' | 'original'

interface LinesConflictDialogProps {
  mine: { values: OrderForm; currency: Currency }
  theirs: Order
  original: Order
  /** Undefined to go on editing. */
  onAnswer: (answer: LinesAnswer | undefined) => void
}

/** Two people changed the lines of an order: the later one sees all three and chooses. */
export default function LinesConflictDialog({ mine, theirs, original, onAnswer }: LinesConflictDialogProps) {
  const versions = {
    Yours: mine,
    'Theirs, saved': { values: typedOrder(theirs), currency: theirs.currency },
    Before: { values: typedOrder(original), currency: original.currency },
  }
  return (
    <Dialog title="Someone else changed these lines" onClose={() => onAnswer(undefined)} wide>
      <DialogBody>
        <p className="text-muted">
          They were changed after you began. Theirs are saved; yours are kept in the form behind this until
          you choose.
        </p>
        <div className="grid gap-4 wide:grid-cols-3">
          {Object.entries(versions).map(([title, { values, currency }]) => (
            <Version key={title} title={title} values={values} currency={currency} />
          ))}
        </div>
      </DialogBody>
      <DialogFooter>
        <Button large look="quiet" onClick={() => onAnswer(undefined)}>
          Go on editing
        </Button>
        <Button large onClick={() => onAnswer('original')}>
          Back to before
        </Button>
        <Button large onClick={() => onAnswer('theirs')}>
          Keep theirs
        </Button>
        <Button large look="primary" onClick={() => onAnswer('mine')}>
          Save mine
        </Button>
      </DialogFooter>
    </Dialog>
  )
}

interface VersionProps {
  title: string
  values: OrderForm
  currency: Currency
}

function Version({ title, values, currency }: VersionProps) {
  const amounts = amountsOf(values, currency)
  const names = new Map(values.items.map(({ product_id }) => [Number(product_id?.value), product_id?.label]))
  return (
    <section aria-label={title} className="flex flex-col gap-1">
      <h3 className="font-semibold">{title}</h3>
      <ul className="flex flex-col gap-1 tabular-nums">
        {inputsOf(values, currency).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines stand still here
          <li key={index} className="wrap-anywhere">
            {formatDecimal(line.quantity)} × {names.get(line.product_id)} at{' '}
            {formatMoney(line.unit_price, currency)}
            {Number(line.discount) > 0 && ` less ${writePercent(line.discount)} %`}
          </li>
        ))}
      </ul>
      <dl className="grid grid-cols-[1fr_auto] gap-x-2 text-muted tabular-nums">
        {partsOf(amounts, currency).map(([label, amount]) => (
          <div key={label} className="contents">
            <dt>{label}</dt>
            <dd className="text-right">{formatMoney(amount, currency)}</dd>
          </div>
        ))}
        <dt className="font-semibold text-text">Total</dt>
        <dd className="text-right font-semibold text-text">{formatMoney(amounts.total_amount, currency)}</dd>
      </dl>
    </section>
  )
}
